import { useTranslations } from "next-intl";
import { Badge } from "#components/ui/badge.tsx";
import { Code } from "#components/ui/code.tsx";
import type { DifferenceRow, ShownDifference } from "#lib/schemas/server-config.ts";

const statuses = { added: "success", removed: "danger", changed: "info" } as const;

/** What differs between two configurations, by field and place; of secrets only that they do. */
export function DifferenceList({ difference: { rows, count } }: { difference: ShownDifference }) {
  const t = useTranslations("serverConfig.difference");
  if (count === 0) return <p className="text-compact text-muted">{t("none")}</p>;
  return (
    <div className="space-y-2">
      <ul className="divide-y divide-line rounded border border-line">
        {rows.map((row) => (
          <li
            key={row.path}
            className="grid gap-x-4 gap-y-1 px-3 py-1.5 text-compact lg:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]"
          >
            <DifferenceHead row={row} />
            <Values row={row} />
          </li>
        ))}
      </ul>
      {count > rows.length && (
        <p className="text-xs text-muted">{t("more", { count: count - rows.length })}</p>
      )}
    </div>
  );
}

function DifferenceHead({ row: { kind, field, path } }: { row: DifferenceRow }) {
  const t = useTranslations("serverConfig");
  return (
    <div className="flex min-w-0 items-start gap-2">
      <Badge status={statuses[kind]} className="shrink-0">
        {t(`difference.kinds.${kind}`)}
      </Badge>
      <div className="min-w-0">
        {field !== null && <p className="font-medium">{t(`fields.${field}.label`)}</p>}
        <Code className="text-muted">{path}</Code>
      </div>
    </div>
  );
}

function Values({ row: { kind, before, after, isSecret } }: { row: DifferenceRow }) {
  const t = useTranslations("serverConfig.difference");
  // What is the same around a secret that has changed is said once.
  const isSame = isSecret && JSON.stringify(before) === JSON.stringify(after);
  return (
    <div className="min-w-0 space-y-1">
      {isSecret && <p className="text-xs text-muted">{t("secret")}</p>}
      <dl className="space-y-1">
        {before !== null && !isSame && (
          <ValueLines label={t("before")} isLabelled={kind === "changed"} lines={before} />
        )}
        {after !== null && (
          <ValueLines label={t(isSame ? "shown" : "after")} isLabelled={kind === "changed"} lines={after} />
        )}
      </dl>
    </div>
  );
}

interface ValueLinesProps {
  label: string;
  /** Otherwise the label is there for those who cannot see the context only. */
  isLabelled: boolean;
  lines: readonly string[];
}

function ValueLines({ label, isLabelled, lines }: ValueLinesProps) {
  const t = useTranslations("serverConfig.difference");
  const isEmpty = lines.every((line) => line === "");
  return (
    <div className="flex min-w-0 flex-wrap gap-x-2">
      <dt className={isLabelled ? "min-w-14 text-xs text-muted" : "sr-only"}>{label}</dt>
      <dd className="min-w-0 flex-1 basis-40">
        {isEmpty ? (
          <span className="text-xs text-muted italic">{t("empty")}</span>
        ) : (
          lines.map((line, index) => (
            <div key={`${index} ${line}`} className="whitespace-pre-wrap">
              <Code>{line}</Code>
            </div>
          ))
        )}
      </dd>
    </div>
  );
}
