import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { notFound } from "next/navigation";
import { draftOf } from "#components/schedules/schedule-draft.ts";
import { ScheduleForm } from "#components/schedules/schedule-form.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { orNotFound, pageParams } from "#lib/routes/page-input.ts";
import { scheduleParams } from "#lib/schemas/schedules.ts";
import { getSchedule } from "#lib/services/schedules/index.ts";
import { readScheduleChoices } from "../../choices.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("schedules");
  return { title: t("edit") };
}

export default async function EditSchedulePage({ params }: { params: Promise<unknown> }) {
  const { role } = await authorizePage("schedule.write");
  const access = await authorizePage("schedule.read");
  const { schedule: id } = await pageParams(params, scheduleParams);
  const schedule = await orNotFound(getSchedule(access, id));
  // One that the reader may not make.
  if (!schedule.mayChange) notFound();
  const [choices, t, tCommon] = await Promise.all([
    readScheduleChoices(role),
    getTranslations("schedules"),
    getTranslations("common"),
  ]);
  return (
    <>
      <PageHeader
        title={t("editTitle", { name: schedule.name })}
        trail={[
          { href: "/schedules", label: t("title") },
          { href: `/schedules/${id}`, label: schedule.name },
        ]}
      />
      <ScheduleForm
        id={id}
        initial={draftOf(schedule)}
        takesOver={!schedule.isOwn}
        {...choices}
        cancel={<ButtonLink href={`/schedules/${id}`}>{tCommon("cancel")}</ButtonLink>}
      />
    </>
  );
}
