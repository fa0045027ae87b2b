import { classNames } from "./class-names.ts";
import type { Status } from "./status.tsx";

const barColors: Readonly<Record<Status, string>> = {
  neutral: "bg-neutral",
  info: "bg-accent",
  success: "bg-success",
  warning: "bg-warning",
  danger: "bg-danger",
};

interface ProgressBarProps {
  /** What is progressing. */
  label: string;
  /** Parts done of `max`; null while the whole is not known. */
  value: number | null;
  max?: number;
  status?: Status;
  /** Said instead of a percentage. */
  valueText?: string;
  /** Thin, for a row of a datagrid. */
  compact?: boolean;
  className?: string;
}

export function ProgressBar({
  label,
  value,
  max = 100,
  status = "info",
  valueText,
  compact = false,
  className,
}: ProgressBarProps) {
  const share = value === null ? null : max <= 0 ? 1 : Math.min(Math.max(value / max, 0), 1);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={share === null ? undefined : 100}
      // Rounded down: a hundred is said only of what is done.
      aria-valuenow={share === null ? undefined : Math.floor(share * 100)}
      aria-valuetext={valueText}
      className={classNames(
        "w-full overflow-hidden rounded-sm bg-neutral-bg ring-1 ring-neutral-line/60",
        compact ? "my-1.5 h-1.5" : "h-2.5",
        className,
      )}
    >
      {share === null ? (
        <div className={classNames("h-full w-1/4 animate-indeterminate", barColors[status])} />
      ) : (
        <div
          className={classNames("h-full transition-[width] duration-500", barColors[status])}
          style={{ width: `${share * 100}%` }}
        />
      )}
    </div>
  );
}
