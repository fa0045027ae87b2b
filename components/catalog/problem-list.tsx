import { statusColors, statusIcons } from "#components/ui/status.tsx";
import type { ErrorView } from "#lib/errors.ts";
import { useErrorText } from "#lib/i18n/use-error-text.ts";

/** Each with what to do about it. */
export function ProblemList({ label, problems }: { label: string; problems: readonly ErrorView[] }) {
  const errorText = useErrorText();
  const Icon = statusIcons.warning;
  const texts = problems.map((problem) => errorText(problem));
  return (
    <ul className="max-h-96 overflow-y-auto" tabIndex={0} aria-label={label}>
      {texts.map(({ title, hint }, index) => (
        // They have no identity but their order, which does not change.
        <li
          key={index}
          className="flex items-start gap-2 border-line px-4 py-2.5 text-compact not-last:border-b"
        >
          <Icon aria-hidden className={`mt-px size-4 shrink-0 ${statusColors.warning}`} />
          <div className="min-w-0 flex-1 wrap-anywhere">
            <p className="font-semibold">{title}</p>
            <p>{hint}</p>
          </div>
        </li>
      ))}
    </ul>
  );
}
