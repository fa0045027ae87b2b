import { Search } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import type { GridFilter, GridQuery } from "./grid-column.ts";
import { GridForm } from "./grid-form.tsx";

interface GridFiltersProps {
  label: string;
  path: string;
  query: GridQuery;
  filters: readonly GridFilter[];
}

/** Search and filters above a datagrid. */
export function GridFilters({ label, path, query, filters }: GridFiltersProps) {
  const t = useTranslations("grid");
  const values = filterValues(query, filters);
  const { page: _page, ...rest } = query;
  const others = Object.fromEntries(Object.entries(rest).filter(([name]) => !(name in values)));
  return (
    <GridForm
      path={path}
      keep={others}
      values={values}
      label={t("filters", { grid: label })}
      className="flex flex-wrap items-center gap-2 max-sm:w-full sm:justify-end"
    >
      {filters.map((filter) => (
        <label key={filter.name} className="flex items-center gap-1.5 text-compact text-muted max-sm:w-full">
          <span className="shrink-0">{filter.label}</span>
          {filter.options ? (
            <Select
              name={filter.name}
              defaultValue={values[filter.name]}
              options={filter.options}
              placeholder={t("all")}
              className="min-w-28 max-sm:flex-1"
            />
          ) : (
            <Input
              type="date"
              name={filter.name}
              defaultValue={values[filter.name]}
              className="max-sm:flex-1 sm:w-36"
            />
          )}
        </label>
      ))}
      <span className="relative block w-56 max-sm:w-full">
        <Search aria-hidden className="absolute top-1/2 left-2 size-4 -translate-y-1/2 text-muted" />
        <Input
          type="search"
          name="search"
          maxLength={200}
          defaultValue={query.search}
          aria-label={t("searchIn", { grid: label })}
          placeholder={t("searchIn", { grid: label })}
          className="pl-8"
        />
      </span>
      <noscript>
        <Button type="submit">{t("applyFilters")}</Button>
      </noscript>
    </GridForm>
  );
}

/** What the filters hold; all empty means that nothing is filtered. */
export function filterValues(query: GridQuery, filters: readonly GridFilter[]): Record<string, string> {
  const all: Record<string, unknown> = { ...query };
  const values: Record<string, string> = { search: query.search };
  for (const { name } of filters) {
    const value = all[name];
    values[name] = typeof value === "string" ? value : "";
  }
  return values;
}
