import { useTranslations } from "next-intl";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { useConfigProblemText } from "#lib/i18n/use-config-problem-text.ts";
import { useFindingText } from "#lib/i18n/use-finding-text.ts";
import type { ClusterProblem } from "#lib/schemas/container-registry.ts";

interface ConfirmSaveProps {
  url: string;
  /** Null: nothing is asked. */
  problems: readonly ClusterProblem[] | null;
  onClose: () => void;
  /** Closes the question, and may put another in its place. */
  onConfirm: () => Promise<void>;
}

/** Asks before a URL is saved from which clusters cannot pull, and says by name why they cannot. */
export function ConfirmSave({ url, problems, onClose, onConfirm }: ConfirmSaveProps) {
  const t = useTranslations("containerRegistry");
  const findingText = useFindingText();
  const problemText = useConfigProblemText();
  const texts = new Set(
    (problems ?? []).map(({ code, finding }) =>
      finding === null ? problemText({ code }) : findingText(finding).seen,
    ),
  );
  return (
    <ConfirmDialog
      open={problems !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t("confirmTitle")}
      confirmLabel={t("confirmLabel")}
      onConfirm={async () => {
        await onConfirm();
        return false;
      }}
    >
      <p className="wrap-anywhere">{t("confirmIntro", { count: texts.size, url })}</p>
      <ul className="list-disc space-y-1 pl-5">
        {[...texts].map((text) => (
          <li key={text} className="wrap-anywhere">
            {text}
          </li>
        ))}
      </ul>
    </ConfirmDialog>
  );
}
