import { useTranslations } from "next-intl";
import { GridPagination } from "#components/datagrid/grid-pagination.tsx";
import { QueryProvider } from "#components/query/query-provider.tsx";
import { Card } from "#components/ui/card.tsx";
import type { Page } from "#lib/schemas/list-query.ts";
import type { RevisionListQuery, RevisionRow, SelectionDetail } from "#lib/schemas/selections.ts";
import { RevisionItem } from "./revision-item.tsx";

interface RevisionsCardProps {
  page: Page<RevisionRow>;
  query: RevisionListQuery;
  selection: SelectionDetail;
  isOutsider: boolean;
  mayWrite: boolean;
}

/** What was saved before, the latest first. */
export function RevisionsCard({ page, query, selection, isOutsider, mayWrite }: RevisionsCardProps) {
  const t = useTranslations("selections.revisions");
  const { organization, release, revision, offered } = selection;
  const shown = { organization, release, revision, offered };
  return (
    <Card title={t("title")} flush>
      {page.total === 0 ? (
        <p className="px-4 py-3 text-compact text-muted">{t("empty")}</p>
      ) : (
        <QueryProvider>
          <ul className="divide-y divide-line">
            {page.rows.map((row) => (
              <RevisionItem
                key={row.revision}
                row={row}
                selection={shown}
                isOutsider={isOutsider}
                mayWrite={mayWrite}
              />
            ))}
          </ul>
          <div className="flex flex-wrap items-center justify-end gap-x-5 gap-y-1 border-t border-line px-3 py-1 text-xs text-muted">
            <GridPagination
              label={t("title")}
              path={`/organizations/${organization.name}/selection/${release.id}`}
              query={query}
              total={page.total}
            />
          </div>
        </QueryProvider>
      )}
    </Card>
  );
}
