"use client";

import { Pause, Pencil, Play, StepForward, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button, ButtonLink } from "#components/ui/button.tsx";
import type { ScheduleRow } from "#lib/schemas/schedules.ts";
import { DeleteScheduleDialog } from "./delete-schedule-dialog.tsx";
import { useScheduleDeeds } from "./use-schedule-deeds.ts";

/** The buttons of a schedule's page. */
export function ScheduleActions({ schedule }: { schedule: Pick<ScheduleRow, "id" | "name" | "state"> }) {
  const t = useTranslations("schedules");
  const tCommon = useTranslations("common");
  const [deleting, setDeleting] = useState(false);
  const router = useRouter();
  const { act, pending } = useScheduleDeeds(schedule);
  const { id, name, state } = schedule;
  return (
    <>
      {state === "active" ? (
        <>
          <Button icon={<Play aria-hidden />} disabled={pending} onClick={() => act("run")}>
            {t("runNow")}
          </Button>
          <Button icon={<Pause aria-hidden />} disabled={pending} onClick={() => act("pause")}>
            {t("pause")}
          </Button>
        </>
      ) : (
        <Button icon={<StepForward aria-hidden />} disabled={pending} onClick={() => act("resume")}>
          {t("resume")}
        </Button>
      )}
      <ButtonLink href={`/schedules/${id}/edit`} icon={<Pencil aria-hidden />}>
        {tCommon("edit")}
      </ButtonLink>
      <Button variant="danger-outline" icon={<Trash2 aria-hidden />} onClick={() => setDeleting(true)}>
        {tCommon("delete")}
      </Button>
      <DeleteScheduleDialog
        id={id}
        name={name}
        open={deleting}
        onOpenChange={setDeleting}
        onDone={() => router.push("/schedules")}
      />
    </>
  );
}
