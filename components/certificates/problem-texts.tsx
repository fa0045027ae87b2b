import { type Status, statusColors, statusIcons } from "#components/ui/status.tsx";
import type { ProblemText } from "./certificate-texts.ts";

interface ProblemTextsProps {
  /** For those who do not see where it stands. */
  label: string;
  items: readonly (ProblemText & { status: Status; statusLabel: string })[];
}

/** What is said of a certificate, a text or a chain, each with what to do about it. */
export function ProblemTexts({ label, items }: ProblemTextsProps) {
  return (
    <ul aria-label={label} className="space-y-2 text-compact">
      {items.map(({ title, hint, status, statusLabel }, index) => {
        const Icon = statusIcons[status];
        return (
          // They have no identity but their order, which does not change.
          <li key={index} className="flex items-start gap-2">
            <Icon
              role="img"
              aria-label={statusLabel}
              className={`mt-px size-4 shrink-0 ${statusColors[status]}`}
            />
            <div className="min-w-0 flex-1 wrap-anywhere">
              <p className="font-semibold">{title}</p>
              <p>{hint}</p>
            </div>
          </li>
        );
      })}
    </ul>
  );
}
