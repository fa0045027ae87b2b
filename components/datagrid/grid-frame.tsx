import type { ReactNode } from "react";

interface GridFrameProps {
  /** Buttons that act on the list as a whole. */
  actions: ReactNode;
  filters: ReactNode;
  footer: ReactNode;
  children: ReactNode;
}

/** Action bar above, table in a frame, footer below. */
export function GridFrame({ actions, filters, footer, children }: GridFrameProps) {
  return (
    <div className="space-y-2">
      {(Boolean(actions) || Boolean(filters)) && (
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          {Boolean(actions) && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
          <div className="ml-auto max-sm:ml-0 max-sm:w-full">{filters}</div>
        </div>
      )}
      <div className="overflow-hidden rounded border border-line bg-surface">
        {children}
        <div className="flex flex-wrap items-center justify-end gap-x-5 gap-y-1 border-t border-line bg-sunken px-3 py-1 text-xs text-muted">
          {footer}
        </div>
      </div>
    </div>
  );
}
