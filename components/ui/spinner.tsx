import { LoaderCircle } from "lucide-react";
import { classNames } from "./class-names.ts";

interface SpinnerProps {
  /** Said to those who cannot see it; without one the spinner is decoration. */
  label?: string;
  className?: string;
}

export function Spinner({ label, className }: SpinnerProps) {
  const icon = <LoaderCircle aria-hidden className={classNames("size-4 animate-spin", className)} />;
  return label === undefined ? (
    icon
  ) : (
    <span role="status" className="inline-flex items-center gap-2 text-muted">
      {icon}
      {label}
    </span>
  );
}
