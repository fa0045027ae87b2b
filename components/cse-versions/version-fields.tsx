import { Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { TableInput } from "#components/paths/table-input.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { type CseVersion, cseComponents } from "#lib/schemas/cse-versions.ts";
import { originOf, type VersionForm } from "./version-forms.ts";

const statuses = { default: "neutral", changed: "warning", own: "info" } as const;

interface VersionFieldsProps {
  row: VersionForm;
  defaults: readonly CseVersion[];
  mayWrite: boolean;
  /** What is wrong with a field, by its name: `components.capvcd`. */
  fieldError: (field: string) => string | undefined;
  onChange: (row: VersionForm) => void;
  onRemove: () => void;
}

/** One version, and what belongs to it. */
export function VersionFields({
  row,
  defaults,
  mayWrite,
  fieldError,
  onChange,
  onRemove,
}: VersionFieldsProps) {
  const t = useTranslations("cseVersions");
  const origin = originOf(row, defaults);
  const version = row.version || t("newVersion");
  const problemsOf = (field: string) => [fieldError(field)].filter((problem) => problem !== undefined);
  return (
    <li className="border-line pb-4 not-last:border-b">
      <fieldset className="min-w-0">
        <legend className="sr-only">{t("row", { version })}</legend>
        <div className="mb-2 flex items-center justify-between gap-2">
          <Badge status={statuses[origin]}>{t(`origins.${origin}`)}</Badge>
          {mayWrite && (
            <Button variant="flat" size="icon" aria-label={t("remove", { version })} onClick={onRemove}>
              <Trash2 aria-hidden />
            </Button>
          )}
        </div>
        <div className="grid grid-cols-[repeat(auto-fill,minmax(7.5rem,1fr))] items-start gap-x-3 gap-y-2">
          <TableInput
            label={t("version")}
            value={row.version}
            readOnly={!mayWrite}
            problems={problemsOf("version")}
            onChange={(text) => onChange({ ...row, version: text })}
          />
          <TableInput
            label={t("tag")}
            value={row.gettingStartedTag}
            readOnly={!mayWrite}
            problems={problemsOf("gettingStartedTag")}
            onChange={(text) => onChange({ ...row, gettingStartedTag: text })}
          />
          {cseComponents.map((name) => (
            <TableInput
              key={name}
              label={t(`components.${name}`)}
              value={row.components[name]}
              readOnly={!mayWrite}
              problems={problemsOf(`components.${name}`)}
              onChange={(text) => onChange({ ...row, components: { ...row.components, [name]: text } })}
            />
          ))}
        </div>
      </fieldset>
    </li>
  );
}
