import { Inbox, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

interface EmptyStateProps {
  title: ReactNode;
  /** Why it is empty, and what to do. */
  children?: ReactNode;
  action?: ReactNode;
  icon?: LucideIcon;
}

/** In place of a list that has nothing to show. */
export function EmptyState({ title, children, action, icon: Icon = Inbox }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-center gap-2 px-4 py-10 text-center">
      <Icon aria-hidden className="size-9 stroke-1 text-faint" />
      <p className="font-semibold">{title}</p>
      {children !== undefined && <div className="max-w-md text-compact text-muted">{children}</div>}
      {action !== undefined && <div className="pt-2">{action}</div>}
    </div>
  );
}
