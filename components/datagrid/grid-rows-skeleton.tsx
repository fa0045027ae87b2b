import { Skeleton } from "#components/ui/skeleton.tsx";

export function GridRowsSkeleton({ columns, rows }: { columns: number; rows: number }) {
  return (
    <div aria-hidden>
      {Array.from({ length: rows }, (_row, row) => (
        <div key={row} className="flex gap-6 border-line px-3 py-2.5 not-last:border-b">
          {Array.from({ length: columns }, (_column, column) => (
            <Skeleton key={column} className={column === 0 ? "w-1/4" : "flex-1"} />
          ))}
        </div>
      ))}
    </div>
  );
}
