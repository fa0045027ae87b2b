import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";
import { type Status, statusColors, statusIcons } from "./status.tsx";

const alertColors: Readonly<Record<AlertStatus, string>> = {
  info: "border-info-line bg-info-bg text-info-fg",
  success: "border-success-line bg-success-bg text-success-fg",
  warning: "border-warning-line bg-warning-bg text-warning-fg",
  danger: "border-danger-line bg-danger-bg text-danger-fg",
};

type AlertStatus = Exclude<Status, "neutral">;

export interface AlertProps {
  status: AlertStatus;
  title?: ReactNode;
  children?: ReactNode;
  /** A link or button at the end of the line. */
  action?: ReactNode;
  /** For table cells and wizard steps: no frame, no fill. */
  compact?: boolean;
  /**
   * Whether it is announced when it appears; by default danger and warning interrupt and the rest wait. `off` is for
   * what stood on the page from the start.
   */
  live?: "assertive" | "polite" | "off";
  className?: string;
}

/** A message about the page, card or dialog it stands in. */
export function Alert({ status, title, children, action, compact = false, live, className }: AlertProps) {
  const Icon = statusIcons[status];
  const urgent = status === "danger" || status === "warning";
  const announced = live ?? (urgent ? "assertive" : "polite");
  return (
    <div
      role={announced === "off" ? "note" : announced === "assertive" ? "alert" : "status"}
      className={classNames(
        "flex items-start gap-2 text-compact",
        compact ? "py-1" : ["rounded border px-3 py-2", alertColors[status]],
        className,
      )}
    >
      <Icon aria-hidden className={classNames("mt-px size-4 shrink-0", statusColors[status])} />
      <div className="min-w-0 flex-1 space-y-1">
        {title !== undefined && <p className="font-semibold">{title}</p>}
        {children !== undefined && <div className="break-words">{children}</div>}
      </div>
      {action !== undefined && <div className="shrink-0 self-center">{action}</div>}
    </div>
  );
}
