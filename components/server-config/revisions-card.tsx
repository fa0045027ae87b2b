"use client";

import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { GridPagination } from "#components/datagrid/grid-pagination.tsx";
import { QueryProvider } from "#components/query/query-provider.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import type { Page } from "#lib/schemas/list-query.ts";
import type {
  ConfigInput,
  ConfigRevisionQuery,
  ConfigRevisionRow,
  SavedConfig,
} from "#lib/schemas/server-config.ts";
import { ReviewDialog } from "./review-dialog.tsx";
import { RevisionItem } from "./revision-item.tsx";
import { useSavedNote } from "./use-saved-note.tsx";

interface RevisionsCardProps {
  page: Page<ConfigRevisionRow>;
  query: ConfigRevisionQuery;
  /** The revision that holds. */
  current: number;
  mayWrite: boolean;
}

/** What was saved before, the latest first. */
export function RevisionsCard({ page, query, current, mayWrite }: RevisionsCardProps) {
  const t = useTranslations("serverConfig.revisions");
  const [restored, setRestored] = useState<ConfigInput | null>(null);
  if (page.total === 0) {
    return (
      <Card>
        <EmptyState title={t("emptyTitle")}>{t("emptyText")}</EmptyState>
      </Card>
    );
  }
  return (
    <QueryProvider>
      <Card title={t("list")} flush>
        <ul className="divide-y divide-line">
          {page.rows.map((row) => (
            <RevisionItem
              key={row.number}
              row={row}
              isCurrent={row.number === current}
              onRestore={
                mayWrite
                  ? () => setRestored({ seen: current, draft: { kind: "restore", revision: row.number } })
                  : null
              }
            />
          ))}
        </ul>
        <div className="flex flex-wrap items-center justify-end gap-x-5 gap-y-1 border-t border-line px-3 py-1 text-xs text-muted">
          <GridPagination
            label={t("list")}
            path="/settings/server/revisions"
            query={query}
            total={page.total}
          />
        </div>
      </Card>
      <Restoring input={restored} onChange={setRestored} />
    </QueryProvider>
  );
}

interface RestoringProps {
  input: ConfigInput | null;
  onChange: (input: ConfigInput | null) => void;
}

function Restoring({ input, onChange }: RestoringProps) {
  const t = useTranslations("serverConfig.revisions");
  const router = useRouter();
  const tellSaved = useSavedNote();
  const number = input?.draft.kind === "restore" ? input.draft.revision : 0;
  const finish = (saved: SavedConfig) => {
    tellSaved(saved);
    onChange(null);
    router.push(`/settings/server?saved=${saved.number}`);
    router.refresh();
  };
  return (
    <ReviewDialog
      input={input}
      title={t("restoreTitle", { number })}
      saveLabel={t("restore")}
      onClose={() => onChange(null)}
      onResolve={onChange}
      onSaved={finish}
    >
      <Alert status="info" live="off">
        {t("restoreText")}
      </Alert>
    </ReviewDialog>
  );
}
