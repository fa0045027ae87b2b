import { useTranslations } from "next-intl";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { OfferedComponent } from "#lib/schemas/selections.ts";

interface GroupHeadProps {
  label: string;
  components: readonly OfferedComponent[];
  on: ReadonlySet<string>;
  mayWrite: boolean;
  onTurn: (on: boolean) => void;
}

/** A group with a switch for all of it. */
export function GroupHead({ label, components, on, mayWrite, onTurn }: GroupHeadProps) {
  const t = useTranslations("selections.editor");
  const formats = useFormats();
  const onCount = components.filter(({ id }) => on.has(id)).length;
  const bytes = components.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0);
  const isAll = onCount === components.length;
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-3 bg-sunken px-4 py-1">
      <Checkbox
        ref={(box) => {
          if (box) box.indeterminate = onCount > 0 && !isAll;
        }}
        checked={isAll}
        disabled={!mayWrite || components.every(({ isRequired }) => isRequired)}
        label={<span className="font-semibold wrap-anywhere">{label}</span>}
        onChange={() => onTurn(!isAll)}
      />
      <span className="py-0.5 text-xs text-muted tabular-nums">
        {t("groupState", { on: onCount, total: components.length })}
        {bytes > 0 && ` · ${formats.bytes(bytes)}`}
      </span>
    </li>
  );
}
