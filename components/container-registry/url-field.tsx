import { useTranslations } from "next-intl";
import { Alert } from "#components/ui/alert.tsx";
import { Button } from "#components/ui/button.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { useConfigProblemText } from "#lib/i18n/use-config-problem-text.ts";
import { checkContainerRegistryUrl, retiredHost } from "#lib/schemas/container-registry.ts";

interface UrlFieldProps {
  value: string;
  /** Whether what is wrong is told: not while somebody types. */
  judged: boolean;
  /** It is being saved. */
  busy: boolean;
  /** What the server has said of it. */
  error: string | undefined;
  /** What holds as long as nothing is saved; null where nothing is saved yet. */
  saved: string | null;
  onChange: (text: string) => void;
  /** Somebody is done typing, or has chosen what was proposed. */
  onDone: (text: string) => void;
}

/** The container registry URL, with what is wrong with it and what was most likely meant. */
export function UrlField({ value, judged, busy, error, saved, onChange, onDone }: UrlFieldProps) {
  const t = useTranslations("containerRegistry");
  const problemText = useConfigProblemText();
  const { problems, proposal } = checkContainerRegistryUrl(value);
  const wrong = judged ? problems.filter(({ code }) => code !== retiredHost) : [];
  const retired = problems.find(({ code }) => code === retiredHost);
  const use = proposal !== null && (
    <Button
      size="sm"
      className="max-w-full wrap-anywhere whitespace-normal"
      // The field must not be left first: that would have the wrong URL judged, and the button jump away.
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => {
        onChange(proposal);
        onDone(proposal);
      }}
    >
      {t("useProposal", { url: proposal })}
    </Button>
  );
  return (
    <div className="space-y-2">
      <TextField
        label={t("url")}
        help={t("urlHelp")}
        error={
          wrong.length > 0 ? (
            <span className="block space-y-0.5">
              {wrong.map((problem) => (
                <span key={problem.code} className="block">
                  {problemText({ ...problem, ...(proposal !== null && { proposal }) })}
                </span>
              ))}
            </span>
          ) : (
            error
          )
        }
        value={value}
        readOnly={busy}
        required
        verbatim
        autoComplete="off"
        className="font-mono"
        onChange={(event) => onChange(event.target.value)}
        onBlur={({ relatedTarget, currentTarget }) => {
          // A button of the form does what it does with the text as it is; what is shown must not move below the pointer.
          const isOwn =
            relatedTarget instanceof HTMLButtonElement && relatedTarget.form === currentTarget.form;
          if (!isOwn) onDone(value);
        }}
      />
      {saved !== null && saved !== value && (
        <p className="text-xs wrap-anywhere text-muted">{t("savedUrl", { url: saved })}</p>
      )}
      {wrong.length > 0 && use}
      {retired && (
        <Alert status="warning" live="polite" title={t("retired", { host: retired.value ?? value })}>
          <p>{t("retiredHelp")}</p>
          {use && <div className="mt-2">{use}</div>}
        </Alert>
      )}
    </div>
  );
}
