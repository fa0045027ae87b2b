import type { ReactNode } from "react";
import { Breadcrumb, type Crumb } from "./breadcrumb.tsx";

interface PageHeaderProps {
  title: ReactNode;
  /** A badge or state beside the title. */
  aside?: ReactNode;
  description?: ReactNode;
  /** Buttons, the weightiest first. */
  actions?: ReactNode;
  /** The pages above this one; the page itself is not among them. */
  trail?: readonly Crumb[];
}

/** The top of every page: where one is, what it is, what can be done. */
export function PageHeader({ title, aside, description, actions, trail }: PageHeaderProps) {
  return (
    <header className="space-y-1">
      {trail !== undefined && trail.length > 0 && <Breadcrumb trail={trail} />}
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="min-w-0 text-xl font-semibold tracking-tight break-words">{title}</h1>
          {aside}
        </div>
        {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {description !== undefined && <p className="max-w-3xl text-muted">{description}</p>}
    </header>
  );
}
