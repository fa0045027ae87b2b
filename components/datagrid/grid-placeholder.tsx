import { SearchX } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { EmptyState } from "#components/ui/empty-state.tsx";
import type { GridFilter, GridQuery } from "./grid-column.ts";
import { filterValues } from "./grid-filters.tsx";
import { formatGridHref } from "./grid-href.ts";
import { GridLink } from "./grid-navigation.tsx";

interface GridPlaceholderProps {
  path: string;
  query: GridQuery;
  filters: readonly GridFilter[];
  /** What to show when the list is truly empty. */
  empty: ReactNode;
}

/** An empty list is something else than a filter that leaves nothing: only the latter can be cleared. */
export function GridPlaceholder({ path, query, filters, empty }: GridPlaceholderProps) {
  const t = useTranslations("grid");
  const values = filterValues(query, filters);
  const filtered = Object.values(values).some((value) => value !== "") || query.page > 1;
  if (!filtered) return empty ?? <EmptyState title={t("empty")} />;
  const cleared = Object.fromEntries(Object.keys(values).map((name) => [name, ""]));
  return (
    <EmptyState
      icon={SearchX}
      title={t("noMatch")}
      action={
        <GridLink
          href={formatGridHref(path, { ...query, ...cleared, page: 1 })}
          className="inline-flex target items-center link"
        >
          {t("clearFilters")}
        </GridLink>
      }
    >
      {t("noMatchHint")}
    </EmptyState>
  );
}
