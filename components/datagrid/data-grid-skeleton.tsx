import { useTranslations } from "next-intl";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { GridFrame } from "./grid-frame.tsx";
import { GridRowsSkeleton } from "./grid-rows-skeleton.tsx";

/** The place of a datagrid that is on its way: for `loading.tsx` and Suspense. */
export function DataGridSkeleton({ columns = 5, rows = 10 }: { columns?: number; rows?: number }) {
  const t = useTranslations("common");
  return (
    <div role="status" aria-label={t("loading")}>
      <GridFrame
        actions={undefined}
        filters={<Skeleton className="h-8 w-56" />}
        footer={<Skeleton className="my-1.5 w-24" />}
      >
        <GridRowsSkeleton columns={columns} rows={rows} />
      </GridFrame>
    </div>
  );
}
