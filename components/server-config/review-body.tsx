import { useTranslations } from "next-intl";
import { ExamineDialog } from "#components/container-registry/examine-dialog.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import { useFieldErrors } from "#lib/i18n/use-field-errors.ts";
import type { ConfigInput } from "#lib/schemas/server-config.ts";
import { hasErrors } from "./config-form.ts";
import { DifferenceList } from "./difference-list.tsx";
import { OvertakingPanel } from "./overtaking-panel.tsx";
import { ProblemList } from "./problem-list.tsx";
import type { ConfigReviewState } from "./use-config-review.ts";

interface ReviewBodyProps {
  input: ConfigInput;
  review: ConfigReviewState;
  onResolve: (input: ConfigInput) => void;
}

/** What a change would come to: what differs from what holds, what is wrong with it, and whom it meets. */
export function ReviewBody({ input, review, onResolve }: ReviewBodyProps) {
  const t = useTranslations("serverConfig.review");
  const { preview, asking, error, saveError, saving } = review;
  if (error) return <ErrorAlert error={error} />;
  if (!preview) return <Spinner label={t("asking")} />;
  if (preview.overtaking) {
    return (
      <OvertakingPanel
        key={preview.overtaking.number}
        input={input}
        overtaking={preview.overtaking}
        onResolve={onResolve}
      />
    );
  }
  const { problems, difference, number, movesTo } = preview;
  return (
    <div className="space-y-4" aria-busy={asking}>
      {saveError && <SaveError error={saveError} />}
      {problems.length > 0 && (
        <Alert
          status={hasErrors(problems) ? "danger" : "warning"}
          live="polite"
          title={t(hasErrors(problems) ? "errors" : "warnings")}
        >
          <ProblemList problems={problems} />
        </Alert>
      )}
      {movesTo !== null && !hasErrors(problems) && (
        <Alert
          status="info"
          live="off"
          title={<span className="wrap-anywhere">{t("moves", { url: movesTo })}</span>}
        >
          {t("movesHelp")}
        </Alert>
      )}
      <section className="space-y-2">
        <h3 className="text-sm font-semibold">
          {number === null ? t("first") : t("difference", { number, count: difference.count })}
        </h3>
        <DifferenceList difference={difference} />
      </section>
      <ExamineDialog saving={saving} />
    </div>
  );
}

/** The container registry URL can be refused as the shared destination: that has no field here. */
function SaveError({ error }: { error: NonNullable<ConfigReviewState["saveError"]> }) {
  const t = useTranslations("serverConfig");
  const fieldError = useFieldErrors(error);
  const fields = error.code === "invalid-input" ? Object.keys(error.facts.fields ?? {}) : [];
  if (fields.length === 0) return <ErrorAlert error={error} />;
  return (
    <Alert status="danger" title={t("fields.containerRegistryUrl.label")}>
      {fields.map((field) => (
        <p key={field}>{fieldError(field)}</p>
      ))}
    </Alert>
  );
}
