import { classNames } from "./class-names.ts";

/** The place of a text or picture that is still on its way. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <span aria-hidden className={classNames("block h-4 animate-pulse rounded bg-neutral-bg", className)} />
  );
}
