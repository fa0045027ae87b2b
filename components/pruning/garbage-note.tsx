import { useTranslations } from "next-intl";
import { Alert } from "#components/ui/alert.tsx";
import type { DeletionSupport } from "#lib/services/pruning/index.ts";

interface GarbageNoteProps {
  /** `host[:port]` */
  registry: string;
  deletion: DeletionSupport;
}

/** What deleting does not do, and whether the registry is known to refuse it. */
export function GarbageNote({ registry, deletion }: GarbageNoteProps) {
  const t = useTranslations("pruning");
  return (
    <>
      {deletion === "refused" && (
        <Alert status="warning" live="off" title={t("refused", { registry })}>
          {t("refusedHelp")}
        </Alert>
      )}
      <p className="max-w-prose text-compact text-muted">{t("garbage")}</p>
    </>
  );
}
