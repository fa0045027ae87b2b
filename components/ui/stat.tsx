import type { ReactNode } from "react";

interface StatProps {
  label: ReactNode;
  value: ReactNode;
  /** A second, smaller line: of how much, since when. */
  detail?: ReactNode;
}

/** One figure with its name. Stands in a `StatGroup`. */
export function Stat({ label, value, detail }: StatProps) {
  return (
    <div className="flex min-w-0 flex-col">
      <dt className="text-xs text-muted">{label}</dt>
      <dd className="text-lg font-semibold break-words tabular-nums">{value}</dd>
      {detail !== undefined && <dd className="text-xs text-muted tabular-nums">{detail}</dd>}
    </div>
  );
}

export function StatGroup({ children }: { children: ReactNode }) {
  return <dl className="grid grid-cols-[repeat(auto-fit,minmax(8.5rem,1fr))] gap-x-6 gap-y-4">{children}</dl>;
}
