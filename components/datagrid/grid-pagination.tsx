import { ChevronFirst, ChevronLast, ChevronLeft, ChevronRight, type LucideIcon } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { classNames } from "#components/ui/class-names.ts";
import { Select } from "#components/ui/select.tsx";
import { pageSizes } from "#lib/schemas/list-query.ts";
import type { GridQuery } from "./grid-column.ts";
import { GridForm } from "./grid-form.tsx";
import { formatGridHref } from "./grid-href.ts";
import { GridLink } from "./grid-navigation.tsx";

interface GridPaginationProps {
  label: string;
  path: string;
  query: GridQuery;
  total: number;
}

/** Page size, range and the way to the other pages. */
export function GridPagination({ label, path, query, total }: GridPaginationProps) {
  const t = useTranslations("grid");
  const pages = Math.max(1, Math.ceil(total / query.pageSize));
  const from = (query.page - 1) * query.pageSize + 1;
  const to = Math.min(total, query.page * query.pageSize);
  const { page: _page, pageSize, ...rest } = query;
  const href = (page: number) => formatGridHref(path, { ...query, page });
  return (
    <>
      {total > pageSizes[0] && (
        <GridForm
          path={path}
          keep={rest}
          values={{ pageSize: String(pageSize) }}
          className="flex items-center gap-2"
        >
          <label className="flex items-center gap-2">
            {t("pageSize")}
            <Select
              name="pageSize"
              defaultValue={String(pageSize)}
              options={pageSizes.map((size) => ({ value: String(size), label: String(size) }))}
              className="w-18"
            />
          </label>
          <noscript>
            <Button type="submit">{t("applyFilters")}</Button>
          </noscript>
        </GridForm>
      )}
      <p role="status" className="tabular-nums">
        {from > total ? t("total", { total }) : t("range", { from, to, total })}
      </p>
      {(pages > 1 || query.page > 1) && (
        <nav aria-label={t("pagination", { grid: label })} className="flex items-center gap-0.5">
          <PageStep icon={ChevronFirst} label={t("firstPage")} href={query.page > 1 ? href(1) : null} />
          <PageStep
            icon={ChevronLeft}
            label={t("previousPage")}
            href={query.page > 1 ? href(Math.min(query.page - 1, pages)) : null}
          />
          <span className="px-1.5 whitespace-nowrap tabular-nums">
            {t("page", { page: query.page, pages })}
          </span>
          <PageStep
            icon={ChevronRight}
            label={t("nextPage")}
            href={query.page < pages ? href(query.page + 1) : null}
          />
          <PageStep icon={ChevronLast} label={t("lastPage")} href={query.page < pages ? href(pages) : null} />
        </nav>
      )}
    </>
  );
}

function PageStep({ icon: Icon, label, href }: { icon: LucideIcon; label: string; href: string | null }) {
  const look = "target inline-flex size-7 items-center justify-center rounded";
  return href === null ? (
    <span aria-hidden className={classNames(look, "text-faint opacity-60")}>
      <Icon className="size-4" />
    </span>
  ) : (
    <GridLink
      href={href}
      aria-label={label}
      title={label}
      className={classNames(look, "text-link hover:bg-hover")}
    >
      <Icon aria-hidden className="size-4" />
    </GridLink>
  );
}
