import type { ReactNode } from "react";

export interface Description {
  /** Also the React key. */
  label: string;
  value: ReactNode;
}

/** Names and values of one object, as its detail view shows them. */
export function DescriptionList({ items }: { items: readonly Description[] }) {
  return (
    <dl className="grid gap-x-6 text-compact sm:grid-cols-[minmax(8rem,14rem)_1fr]">
      {items.map((item) => (
        <div
          key={item.label}
          className="grid border-line py-1.5 not-last:border-b sm:col-span-2 sm:grid-cols-subgrid"
        >
          <dt className="text-muted">{item.label}</dt>
          <dd className="min-w-0 break-words">{item.value}</dd>
        </div>
      ))}
    </dl>
  );
}
