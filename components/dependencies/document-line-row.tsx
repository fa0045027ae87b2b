import { useTranslations } from "next-intl";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { classNames } from "#components/ui/class-names.ts";
import { useErrorText } from "#lib/i18n/use-error-text.ts";
import type { DocumentLine } from "#lib/schemas/dependencies.ts";

interface DocumentLineRowProps {
  line: DocumentLine;
  /** As it is to be; of a line with a component. */
  enabled: boolean;
  isSwitched: boolean;
  /** Null for those who may not. */
  onToggle: (() => void) | null;
}

/** A line with its number, its switch and what it says. */
export function DocumentLineRow({ line, enabled, isSwitched, onToggle }: DocumentLineRowProps) {
  const t = useTranslations("documentLines");
  const errorText = useErrorText();
  const { number, text, component, error } = line;
  const isComponent = line.enabled !== null;
  return (
    <li className={classNames("flex items-start gap-3 px-4 py-1 text-compact", isSwitched && "bg-selected")}>
      <span aria-hidden className="w-10 shrink-0 py-0.5 text-right text-xs text-muted tabular-nums">
        {number}
      </span>
      <span className="w-6 shrink-0">
        {isComponent && (
          <Checkbox
            label={t("lineOf", { number, component })}
            hideLabel
            checked={enabled}
            disabled={onToggle === null}
            onChange={() => onToggle?.()}
          />
        )}
      </span>
      <div className="min-w-0 flex-1 py-0.5">
        <code
          className={classNames(
            "block min-h-4 font-mono text-xs wrap-anywhere whitespace-pre-wrap",
            (!isComponent || !enabled) && "text-muted",
          )}
        >
          {isComponent && isSwitched ? `${enabled ? "" : "#"}${component}` : text}
        </code>
        {error && <p className="text-xs text-danger">{errorText(error).hint}</p>}
      </div>
    </li>
  );
}
