import { EyeOff, Lock } from "lucide-react";
import { useTranslations } from "next-intl";
import { formatComponent } from "#components/selections/component-name.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { classNames } from "#components/ui/class-names.ts";
import { Code } from "#components/ui/code.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { OfferComponentRow } from "#lib/schemas/offers.ts";
import type { Rule } from "./offer-draft.ts";

interface ComponentRuleProps {
  component: OfferComponentRow;
  rule: Rule;
  isMarked: boolean;
  mayWrite: boolean;
  onMark: (on: boolean) => void;
}

/** A component with what the offer says of it. */
export function ComponentRule({ component, rule, isMarked, mayWrite, onMark }: ComponentRuleProps) {
  const t = useTranslations("offers.components");
  const tCatalog = useTranslations("catalog");
  const formats = useFormats();
  const { kind, part, sizeBytes, suggested } = component;
  const isChanged = rule !== (component.rule ?? "free");
  const name = <Code>{formatComponent(component)}</Code>;
  const facts = [
    part,
    kind === "bundle" ? tCatalog("bundle") : "",
    sizeBytes === null ? t("unknownSize") : formats.bytes(sizeBytes),
    suggested === null ? "" : t("suggestedFor", { reason: t(`reasons.${suggested}`) }),
  ].filter((fact) => fact !== "");
  return (
    <li
      className={classNames(
        "flex flex-wrap items-start gap-x-3 gap-y-1 px-3 py-1.5",
        isChanged && "bg-selected",
      )}
    >
      <div className="min-w-0 flex-1">
        {mayWrite ? (
          <Checkbox checked={isMarked} label={name} onChange={(event) => onMark(event.target.checked)} />
        ) : (
          name
        )}
        {/* What is muted is too faint on the mark of a change. */}
        <p className={classNames("text-xs wrap-anywhere", mayWrite && "pl-6", !isChanged && "text-muted")}>
          {facts.join(" · ")}
        </p>
      </div>
      <RuleBadge rule={rule} isChanged={isChanged} />
    </li>
  );
}

function RuleBadge({ rule, isChanged }: { rule: Rule; isChanged: boolean }) {
  const t = useTranslations("offers.components.shows");
  if (rule === "free") {
    return <span className={classNames("py-0.5 text-xs", !isChanged && "text-muted")}>{t("free")}</span>;
  }
  const Icon = rule === "required" ? Lock : EyeOff;
  return (
    <Badge status={rule === "required" ? "info" : "warning"}>
      <Icon aria-hidden className="size-3" />
      {t(rule)}
    </Badge>
  );
}
