import { useTranslations } from "next-intl";
import { Code } from "#components/ui/code.tsx";
import type { PlacementChange } from "#lib/schemas/paths.ts";

/** More would be read by nobody. */
const maxShown = 200;

/** Images with the places that they have and those that they would have. */
export function PlacementTable({ changes }: { changes: readonly PlacementChange[] }) {
  const t = useTranslations("paths");
  const head = "px-3 py-1.5 text-left text-xs font-semibold text-muted";
  if (changes.length === 0) return <p className="text-compact">{t("arrangeNone")}</p>;
  return (
    <>
      <div
        role="region"
        aria-label={t("arrangeTitle")}
        tabIndex={0}
        className="overflow-x-auto rounded border border-line -outline-offset-2"
      >
        <table className="w-full text-compact">
          <thead className="bg-sunken">
            <tr className="border-b border-line">
              {[t("original"), t("placeBefore"), t("placeAfter")].map((label) => (
                <th key={label} scope="col" className={head}>
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {changes.slice(0, maxShown).map(({ id, original, before, after }) => (
              <tr key={id} className="border-line align-top not-last:border-b">
                <th scope="row" className="px-3 py-1.5 text-left font-normal">
                  <Code>{original}</Code>
                </th>
                {[before, after].map((places, index) => (
                  <td key={index} className="px-3 py-1.5">
                    <ul>
                      {places.map((place) => (
                        <li key={place}>
                          <Code>{place}</Code>
                        </li>
                      ))}
                    </ul>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {changes.length > maxShown && (
        <p className="text-xs text-muted">{t("arrangeMore", { count: changes.length - maxShown })}</p>
      )}
    </>
  );
}
