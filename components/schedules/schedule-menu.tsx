"use client";

import { Pause, Pencil, Play, StepForward, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { MenuItem, MenuLink, MenuSeparator, RowMenu } from "#components/ui/menu.tsx";
import type { ScheduleRow } from "#lib/schemas/schedules.ts";
import { DeleteScheduleDialog } from "./delete-schedule-dialog.tsx";
import { useScheduleDeeds } from "./use-schedule-deeds.ts";

/** What can be done with one schedule of the list. */
export function ScheduleMenu({ schedule }: { schedule: Pick<ScheduleRow, "id" | "name" | "state"> }) {
  const t = useTranslations("schedules");
  const tCommon = useTranslations("common");
  const [deleting, setDeleting] = useState(false);
  const { act } = useScheduleDeeds(schedule);
  const { id, name, state } = schedule;
  return (
    <>
      <RowMenu label={tCommon("moreActionsFor", { name })}>
        {state === "active" ? (
          <>
            <MenuItem icon={<Play aria-hidden />} onSelect={() => act("run")}>
              {t("runNow")}
            </MenuItem>
            <MenuItem icon={<Pause aria-hidden />} onSelect={() => act("pause")}>
              {t("pause")}
            </MenuItem>
          </>
        ) : (
          <MenuItem icon={<StepForward aria-hidden />} onSelect={() => act("resume")}>
            {t("resume")}
          </MenuItem>
        )}
        <MenuLink icon={<Pencil aria-hidden />} href={`/schedules/${id}/edit`}>
          {tCommon("edit")}
        </MenuLink>
        <MenuSeparator />
        <MenuItem icon={<Trash2 aria-hidden />} destructive onSelect={() => setDeleting(true)}>
          {tCommon("delete")}
        </MenuItem>
      </RowMenu>
      <DeleteScheduleDialog id={id} name={name} open={deleting} onOpenChange={setDeleting} />
    </>
  );
}
