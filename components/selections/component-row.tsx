import { Lock } from "lucide-react";
import { useTranslations } from "next-intl";
import { Badge } from "#components/ui/badge.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { classNames } from "#components/ui/class-names.ts";
import { Code } from "#components/ui/code.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { OfferedComponent } from "#lib/schemas/selections.ts";
import { formatComponent } from "./component-name.ts";

interface ComponentRowProps {
  component: OfferedComponent;
  isOn: boolean;
  /** How many need it. */
  dependentCount: number;
  mayWrite: boolean;
  onTurn: (on: boolean) => void;
  onShowNeeds: () => void;
}

/** A component with its switch and what is known of it. */
export function ComponentRow({
  component,
  isOn,
  dependentCount,
  mayWrite,
  onTurn,
  onShowNeeds,
}: ComponentRowProps) {
  const t = useTranslations("selections.editor");
  const tNeeds = useTranslations("selections.needs");
  const tCatalog = useTranslations("catalog");
  const formats = useFormats();
  const { kind, part, sizeBytes, platforms, isRequired, isNew, isPublished, needs } = component;
  const name = formatComponent(component);
  const isChanged = isOn !== component.isOn;
  const size = sizeBytes === null ? t("unknownSize") : formats.bytes(sizeBytes);
  const facts = [
    part === name ? "" : part,
    size,
    platforms.join(", "),
    t(isPublished ? "published" : "notPublished"),
  ].filter((fact) => fact !== "");
  return (
    <li className={classNames("flex flex-wrap items-start gap-x-3 px-4 py-1.5", isChanged && "bg-selected")}>
      <div className="min-w-0 flex-1">
        <Checkbox
          checked={isOn}
          disabled={!mayWrite || isRequired}
          label={<Code>{name}</Code>}
          {...(isRequired && { help: t("requiredHelp") })}
          onChange={(event) => onTurn(event.target.checked)}
        />
        {/* What is muted is too faint on the mark of a change. */}
        <p className={classNames("pl-6 text-xs wrap-anywhere", !isChanged && "text-muted")}>
          {facts.join(" · ")}
        </p>
      </div>
      <div className="flex flex-wrap items-center gap-2 pt-0.5 max-sm:w-full max-sm:pl-6">
        {isRequired && (
          <Badge status="info">
            <Lock aria-hidden className="size-3" />
            {t("required")}
          </Badge>
        )}
        {isNew && <Badge status="warning">{t("new")}</Badge>}
        {kind === "bundle" && <Badge>{tCatalog("bundle")}</Badge>}
        {needs.length + dependentCount > 0 && (
          <button
            type="button"
            className="target text-xs link"
            aria-label={tNeeds("openOf", { name })}
            onClick={onShowNeeds}
          >
            {tNeeds("open", { needs: needs.length, dependents: dependentCount })}
          </button>
        )}
      </div>
    </li>
  );
}
