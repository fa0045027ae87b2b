import { useTranslations } from "next-intl";
import { DescriptionList } from "#components/ui/description-list.tsx";
import { Code } from "#components/ui/code.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { AuditRow } from "#lib/schemas/audit.ts";
import { diffValues } from "./diff-values.ts";
import { useAuditWords } from "./use-audit-words.ts";

/** What an entry changed, field by field, and where it came from. */
export function AuditDetail({ entry }: { entry: AuditRow }) {
  const t = useTranslations("audit");
  const words = useAuditWords();
  const formats = useFormats();
  const changes = diffValues(entry.before, entry.after);
  return (
    <div className="space-y-4">
      {changes.length === 0 ? (
        <p className="text-muted">{t("nothingChanged")}</p>
      ) : (
        <table className="w-full table-fixed border-collapse border border-line bg-surface">
          <caption className="sr-only">{t("changes")}</caption>
          <thead>
            <tr className="text-left text-xs text-muted">
              <th scope="col" className="border-b border-line px-3 py-1.5 font-semibold">
                {t("field")}
              </th>
              <th scope="col" className="border-b border-line px-3 py-1.5 font-semibold">
                {t("before")}
              </th>
              <th scope="col" className="border-b border-line px-3 py-1.5 font-semibold">
                {t("after")}
              </th>
            </tr>
          </thead>
          <tbody>
            {changes.map((change) => (
              <tr key={change.path} className="border-line align-top not-last:border-b">
                <th scope="row" className="px-3 py-1.5 text-left font-normal">
                  <Code>{change.path}</Code>
                </th>
                <td className="px-3 py-1.5">
                  <Value value={change.before} />
                </td>
                <td className="px-3 py-1.5">
                  <Value value={change.after} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <DescriptionList
        items={[
          { label: t("at"), value: formats.fullDateTime(entry.at) },
          { label: t("object"), value: `${words.objectType(entry.objectType)}: ${words.objectName(entry)}` },
          { label: t("objectId"), value: <Code>{entry.objectId}</Code> },
          { label: t("organization"), value: entry.organization?.displayName ?? t("provider") },
          { label: t("address"), value: <Code>{entry.address}</Code> },
          { label: t("requestId"), value: <Code>{entry.requestId}</Code> },
        ].filter(({ label }) => label !== t("objectId") || entry.objectId !== "")}
      />
    </div>
  );
}

/** Texts as they are, anything else as JSON; a field that was not there at all says so. */
function Value({ value }: { value: unknown }) {
  const t = useTranslations("audit");
  if (value === undefined || value === null) return <span className="text-muted">{t("absent")}</span>;
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 1);
  return <Code className="whitespace-pre-wrap">{text}</Code>;
}
