import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";

/** A reference, digest, host or path inside a sentence or cell. */
export function Code({ children, className }: { children: ReactNode; className?: string }) {
  return <code className={classNames("font-mono text-xs wrap-anywhere", className)}>{children}</code>;
}
