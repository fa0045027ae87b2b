import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";
import { type Status, statusColors, statusIcons } from "./status.tsx";

const badgeColors: Readonly<Record<Status, string>> = {
  neutral: "border-neutral-line bg-neutral-bg text-neutral-fg",
  info: "border-info-line bg-info-bg text-info-fg",
  success: "border-success-line bg-success-bg text-success-fg",
  warning: "border-warning-line bg-warning-bg text-warning-fg",
  danger: "border-danger-line bg-danger-bg text-danger-fg",
};

interface BadgeProps {
  status?: Status;
  children: ReactNode;
  className?: string;
}

/** A short label in a frame, for a kind, a role or a count. */
export function Badge({ status = "neutral", children, className }: BadgeProps) {
  return (
    <span
      className={classNames(
        "inline-flex h-5 items-center gap-1 rounded border px-1.5 text-xs whitespace-nowrap",
        badgeColors[status],
        className,
      )}
    >
      {children}
    </span>
  );
}

interface StatusLabelProps {
  status: Status;
  children: ReactNode;
  /** In place of the usual icon of the status. */
  icon?: LucideIcon;
  /** The icon turns: something is under way. */
  busy?: boolean;
  className?: string;
}

/** A state in words with its icon, as a datagrid's cell shows it. */
export function StatusLabel({ status, children, icon, busy = false, className }: StatusLabelProps) {
  const Icon = icon ?? statusIcons[status];
  return (
    <span className={classNames("inline-flex items-center gap-1.5", className)}>
      <Icon
        aria-hidden
        className={classNames("size-4 shrink-0", statusColors[status], busy && "animate-spin")}
      />
      <span>{children}</span>
    </span>
  );
}
