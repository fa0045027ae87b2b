import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";
import { CopyButton } from "./copy-button.tsx";

/** A reference, digest, host or path inside a sentence or cell. */
export function Code({ children, className }: { children: ReactNode; className?: string }) {
  return <code className={classNames("font-mono text-xs wrap-anywhere", className)}>{children}</code>;
}

/** Lines to read or to copy: a command, a file. */
export function CodeBlock({ code, label }: { code: string; label: string }) {
  return (
    <figure className="relative rounded border border-line bg-sunken">
      <figcaption className="flex items-center justify-between gap-2 border-b border-line px-3 py-1 text-xs text-muted">
        {label}
        <CopyButton value={code} label={label} labelled />
      </figcaption>
      <pre tabIndex={0} aria-label={label} className="max-h-96 overflow-auto p-3 font-mono text-xs">
        {code}
      </pre>
    </figure>
  );
}
