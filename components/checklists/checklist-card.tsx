"use client";

import { useTranslations } from "next-intl";
import { StatusLabel } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { ProgressBar } from "#components/ui/progress-bar.tsx";
import type { Permission } from "#lib/auth/permissions.ts";
import { useConfigGuideText } from "#lib/i18n/use-config-guide-text.ts";
import type { EnvironmentChecklist } from "#lib/schemas/checklists.ts";
import { ShownItem, TickedItem } from "./checklist-item.tsx";
import { EndpointName } from "./endpoint-name.tsx";
import { RegionField, useRegion } from "./region-field.tsx";
import { RelatedLinks } from "./related-links.tsx";
import { StartOver } from "./start-over.tsx";
import { useTicks } from "./use-ticks.ts";

interface ChecklistCardProps {
  /** Null: the provider's own. */
  organizationId: string | null;
  checklist: EnvironmentChecklist;
  /** Of the viewer. */
  permissions: readonly Permission[];
}

/** The checklist of one environment: how far it is, and its items in the order in which they are done. */
export function ChecklistCard({ organizationId, checklist, permissions }: ChecklistCardProps) {
  const t = useTranslations("checklists");
  const guide = useConfigGuideText();
  const { environment, rows } = checklist;
  const { ticks, tellSwitched } = useTicks(rows);
  const { typed, setTyped, region } = useRegion();
  const mayWrite = permissions.includes("checklist.write");
  const name = guide.checklist(environment);
  const place = { organizationId, environment };
  const [done, total] = [ticks.filter(({ isTicked }) => isTicked).length, ticks.length];
  const progress = t("progress", { done, total });
  return (
    <Card
      title={name}
      aside={
        done === total ? (
          <StatusLabel status="success" className="text-compact">
            {t("complete")}
          </StatusLabel>
        ) : (
          <span className="text-compact text-muted tabular-nums">{progress}</span>
        )
      }
      flush
      {...(mayWrite && { footer: <StartOver {...place} name={name} tickedCount={done} /> })}
    >
      <div className="px-4 pt-2 pb-1">
        <ProgressBar
          compact
          label={name}
          value={done}
          max={total}
          valueText={progress}
          status={done === total ? "success" : "info"}
        />
      </div>
      {environment === "aws" && (
        <div className="border-b border-line px-4 pt-1 pb-3">
          <RegionField typed={typed} onType={setTyped} />
        </div>
      )}
      <ul aria-label={name} className="divide-y divide-line">
        {ticks.map(({ item, isTicked, tick }) => {
          const text = guide.checklistItem(item);
          return (
            <li key={item} className={mayWrite ? "px-4 py-2 max-md:py-1" : "px-4 py-2"}>
              {mayWrite ? (
                <TickedItem
                  {...place}
                  {...{ item, text, isTicked, tick }}
                  onSwitch={(next) => tellSwitched([item, next])}
                />
              ) : (
                <ShownItem text={text} tick={tick} />
              )}
              <div className="pl-6">
                <EndpointName item={item} region={region} />
                <RelatedLinks item={item} permissions={permissions} />
              </div>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
