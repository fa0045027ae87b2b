import { useTranslations } from "next-intl";
import { OriginLabel } from "#components/paths/origin-label.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Code } from "#components/ui/code.tsx";
import type { ImportPreview } from "#lib/schemas/releases.ts";

/** The first components of a list, each with where it is read and where it goes. */
export function PreviewedComponents({ preview }: { preview: ImportPreview }) {
  const t = useTranslations("catalog.preview");
  const tCatalog = useTranslations("catalog");
  const { components, componentCount } = preview;
  const head = "px-3 py-1.5 text-left text-xs font-semibold text-muted";
  return (
    <div className="space-y-2">
      <div
        role="region"
        aria-label={t("title")}
        tabIndex={0}
        className="max-h-112 overflow-auto rounded border border-line -outline-offset-2"
      >
        <table className="w-full text-compact">
          <thead className="bg-sunken">
            <tr className="border-b border-line">
              {[t("line"), t("original"), tCatalog("target")].map((label) => (
                <th key={label} scope="col" className={head}>
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {components.map(({ line, kind, enabled, original, readFrom, targets }) => (
              <tr key={line} className="border-line align-top not-last:border-b">
                <td className="px-3 py-1.5 text-muted">{line}</td>
                <th scope="row" className="space-y-0.5 px-3 py-1.5 text-left font-normal">
                  <Code>{original}</Code>
                  {readFrom !== null && (
                    <p className="text-xs wrap-anywhere text-muted">{t("readFrom", { name: readFrom })}</p>
                  )}
                  {(kind === "bundle" || !enabled) && (
                    <p className="flex flex-wrap gap-1">
                      {kind === "bundle" && <Badge status="info">{tCatalog("bundle")}</Badge>}
                      {!enabled && <Badge>{tCatalog("disabled")}</Badge>}
                    </p>
                  )}
                </th>
                <td className="px-3 py-1.5">
                  <ul>
                    {targets.map(({ path, origin }) => (
                      <li key={path}>
                        <Code>{path}</Code> {origin === "inferred" && <OriginLabel origin={origin} />}
                      </li>
                    ))}
                  </ul>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {componentCount > components.length && (
        <p className="text-xs text-muted">{t("more", { count: componentCount - components.length })}</p>
      )}
    </div>
  );
}
