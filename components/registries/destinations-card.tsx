import { useTranslations } from "next-intl";
import { Card } from "#components/ui/card.tsx";
import { Code } from "#components/ui/code.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { RegistryDetail } from "#lib/schemas/registries.ts";
import { AddDestination } from "./add-destination.tsx";
import { RemoveDestination } from "./remove-destination.tsx";
import { ResolvedPaths } from "./resolved-paths.tsx";

interface DestinationsCardProps {
  registry: RegistryDetail;
  mayWrite: boolean;
}

/** The base paths of a registry that jobs may write to. */
export function DestinationsCard({ registry, mayWrite }: DestinationsCardProps) {
  const t = useTranslations("registries");
  const tGrid = useTranslations("grid");
  const formats = useFormats();
  const { id, host, destinations } = registry;
  const head = "px-4 py-1.5 text-left text-xs font-semibold text-muted";
  return (
    <Card title={t("destinations")} flush>
      {destinations.length === 0 ? (
        <EmptyState title={t("destinationNone")}>{t("destinationNoneHelp")}</EmptyState>
      ) : (
        <div role="region" aria-label={t("destinations")} tabIndex={0} className="overflow-x-auto">
          <table className="w-full text-compact">
            <thead className="bg-sunken">
              <tr className="border-b border-line">
                <th scope="col" className={head}>
                  {t("destinationPath")}
                </th>
                <th scope="col" className={`${head} max-md:hidden`}>
                  {t("destinationResolved")}
                </th>
                <th scope="col" className={`${head} text-right`}>
                  {t("destinationImages")}
                </th>
                <th scope="col" className={`${head} text-right`}>
                  {t("destinationJobs")}
                </th>
                {mayWrite && (
                  <th scope="col" className="w-px">
                    <span className="sr-only">{tGrid("actions")}</span>
                  </th>
                )}
              </tr>
            </thead>
            <tbody>
              {destinations.map((destination) => {
                const path = formatPath(host, destination.basePath);
                return (
                  <tr key={destination.id} className="border-line align-top not-last:border-b">
                    <th scope="row" className="px-4 py-2 text-left font-normal">
                      <Code>{path}</Code>
                    </th>
                    <td className="px-4 py-2 text-muted max-md:hidden">
                      <ResolvedPaths host={host} basePath={destination.basePath} />
                    </td>
                    <td className="px-4 py-2 text-right tabular-nums">
                      {formats.number(destination.imageCount)}
                    </td>
                    <td className="px-4 py-2 text-right tabular-nums">
                      {formats.number(destination.jobCount)}
                    </td>
                    {mayWrite && (
                      <td className="px-4 py-1">
                        <RemoveDestination id={destination.id} path={path} />
                      </td>
                    )}
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      {mayWrite && <AddDestination registryId={id} host={host} />}
    </Card>
  );
}

function formatPath(host: string, basePath: string): string {
  return basePath === "" ? host : `${host}/${basePath}`;
}
