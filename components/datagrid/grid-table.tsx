import { ArrowDown, ArrowUp, ChevronsUpDown } from "lucide-react";
import { useTranslations } from "next-intl";
import { Fragment, type ReactNode } from "react";
import { classNames } from "#components/ui/class-names.ts";
import type { GridColumn, GridQuery } from "./grid-column.ts";
import { formatGridHref } from "./grid-href.ts";
import { GridLink } from "./grid-navigation.tsx";

interface GridTableProps<Row> {
  label: string;
  path: string;
  query: GridQuery;
  columns: readonly GridColumn<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** Menu or buttons at the end of a row. */
  rowActions: ((row: Row) => ReactNode) | undefined;
  /** What stands below an opened row, over its whole width; null for a closed one. */
  rowDetail?: ((row: Row) => ReactNode) | undefined;
  /** What stands below the head when there are no rows. */
  placeholder: ReactNode;
  dimmed?: boolean;
}

const hidden = { md: "max-md:hidden", lg: "max-lg:hidden" } as const;

/** The markup of every datagrid: a real table, sorted by links in its head. */
export function GridTable<Row>({
  label,
  path,
  query,
  columns,
  rows,
  rowKey,
  rowActions,
  rowDetail,
  placeholder,
  dimmed = false,
}: GridTableProps<Row>) {
  const t = useTranslations("grid");
  const headerId = (columns.find((column) => column.rowHeader) ?? columns[0])?.id;
  return (
    // Focusable, so that the keyboard can scroll what does not fit.
    <div role="region" aria-label={label} tabIndex={0} className="relative overflow-x-auto -outline-offset-2">
      <table className="w-full border-collapse text-compact" aria-busy={dimmed || undefined}>
        <caption className="sr-only">{label}</caption>
        <thead>
          <tr className="bg-sunken">
            {columns.map((column) => (
              <ColumnHead key={column.id} column={column} path={path} query={query} />
            ))}
            {rowActions && (
              <th scope="col" className="w-px border-b border-line px-3">
                <span className="sr-only">{t("actions")}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody className={dimmed ? "opacity-60 transition-opacity" : undefined}>
          {rows.map((row) => {
            const detail = rowDetail?.(row) ?? null;
            return (
              <Fragment key={rowKey(row)}>
                <tr className="border-line not-last:border-b hover:bg-hover">
                  {columns.map((column) => (
                    <BodyCell key={column.id} column={column} isHeader={column.id === headerId}>
                      {column.render(row)}
                    </BodyCell>
                  ))}
                  {rowActions && (
                    <td className="px-3 py-0.5 text-right align-top whitespace-nowrap max-md:py-0">
                      {rowActions(row)}
                    </td>
                  )}
                </tr>
                {detail !== null && (
                  <tr className="border-line bg-sunken not-last:border-b">
                    <td colSpan={columns.length + (rowActions ? 1 : 0)} className="px-3 py-3">
                      {detail}
                    </td>
                  </tr>
                )}
              </Fragment>
            );
          })}
        </tbody>
      </table>
      {rows.length === 0 && placeholder}
    </div>
  );
}

function ColumnHead<Row>({
  column,
  path,
  query,
}: {
  column: GridColumn<Row>;
  path: string;
  query: GridQuery;
}) {
  const t = useTranslations("grid");
  const look = classNames(
    "border-b border-line px-3 py-1.5 text-left text-xs font-semibold whitespace-nowrap text-muted max-md:py-0",
    column.align === "end" && "text-right",
    column.hideBelow && hidden[column.hideBelow],
  );
  const style = column.width === undefined ? undefined : { width: column.width };
  if (column.sort === undefined) {
    return (
      <th scope="col" className={look} style={style}>
        {column.label}
      </th>
    );
  }
  const sorted = query.sort === column.sort;
  const next = sorted && query.order === "asc" ? "desc" : "asc";
  const Icon = sorted ? (query.order === "asc" ? ArrowUp : ArrowDown) : ChevronsUpDown;
  return (
    <th
      scope="col"
      className={look}
      style={style}
      aria-sort={sorted ? (query.order === "asc" ? "ascending" : "descending") : undefined}
    >
      <GridLink
        href={formatGridHref(path, { ...query, sort: column.sort, order: next, page: 1 })}
        title={t(next === "asc" ? "sortAscending" : "sortDescending", { column: column.label })}
        className={classNames(
          "inline-flex target items-center gap-1 align-middle hover:text-fg",
          column.align === "end" && "flex-row-reverse",
          sorted && "text-fg",
        )}
      >
        {column.label}
        <Icon aria-hidden className={classNames("size-3.5", !sorted && "opacity-60")} />
      </GridLink>
    </th>
  );
}

function BodyCell<Row>({
  column,
  isHeader,
  children,
}: {
  column: GridColumn<Row>;
  isHeader: boolean;
  children: ReactNode;
}) {
  const look = classNames(
    "px-3 py-2 align-top text-left font-normal max-md:py-3.25",
    column.align === "end" && "text-right tabular-nums",
    column.hideBelow && hidden[column.hideBelow],
    column.breakAnywhere && "wrap-anywhere",
  );
  return isHeader ? (
    // The link that names a row is what fingers aim at: as tall as its cell, its text in line with the others.
    <th
      scope="row"
      className={classNames(look, "max-md:[&_a]:-my-3.25 max-md:[&_a]:inline-flex max-md:[&_a]:py-3.25")}
    >
      {children}
    </th>
  ) : (
    <td className={look}>{children}</td>
  );
}
