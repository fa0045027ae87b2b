import { useTranslations } from "next-intl";
import type { AuditRow } from "#lib/schemas/audit.ts";

/** What the trail stores as codes, in the reader's language; an entry may be older or newer than the words we have. */
export function useAuditWords() {
  const t = useTranslations("audit");
  const tActions = useTranslations("audit.actions");
  const tObjects = useTranslations("objects");
  return {
    action: (action: string): string => (tActions.has(action as never) ? tActions(action as never) : action),
    objectType: (type: string): string => (tObjects.has(type as never) ? tObjects(type as never) : type),
    objectName: (row: Pick<AuditRow, "objectName">): string =>
      row.objectName === "" ? t("unknownUser") : row.objectName,
    /** Before a sign-in nobody is known to act. */
    actor: (row: Pick<AuditRow, "actorName">): string => (row.actorName === "" ? "–" : row.actorName),
  };
}
