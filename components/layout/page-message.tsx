import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

interface PageMessageProps {
  icon: LucideIcon;
  title: string;
  /** What likely happened and what to do. */
  children: ReactNode;
  action: ReactNode;
}

/** In place of a page that cannot be shown. */
export function PageMessage({ icon: Icon, title, children, action }: PageMessageProps) {
  return (
    <div className="flex flex-col items-center gap-3 py-16 text-center">
      <Icon aria-hidden className="size-12 stroke-1 text-faint" />
      <h1 className="text-xl font-semibold">{title}</h1>
      <div className="max-w-lg space-y-2 text-muted">{children}</div>
      <div className="flex flex-wrap justify-center gap-2 pt-2">{action}</div>
    </div>
  );
}
