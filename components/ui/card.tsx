import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";

interface CardProps {
  /** For links that lead down to it. */
  id?: string;
  title?: ReactNode;
  /** Beside the title: a link, a menu, a state. */
  aside?: ReactNode;
  /** Under a line at the bottom: actions. */
  footer?: ReactNode;
  children?: ReactNode;
  /** Content reaches the edges: for lists and tables. */
  flush?: boolean;
  className?: string;
}

/** A frame around what belongs together on a page. */
export function Card({ id, title, aside, footer, children, flush = false, className }: CardProps) {
  return (
    <section id={id} className={classNames("rounded border border-line bg-surface", className)}>
      {(title !== undefined || aside !== undefined) && (
        <header className="flex flex-wrap items-center justify-between gap-2 border-b border-line px-4 py-2.5">
          <h2 className="text-sm font-semibold">{title}</h2>
          {aside}
        </header>
      )}
      {children !== undefined && <div className={flush ? undefined : "p-4"}>{children}</div>}
      {footer !== undefined && (
        <footer className="flex flex-wrap items-center gap-2 border-t border-line px-4 py-2.5">
          {footer}
        </footer>
      )}
    </section>
  );
}
