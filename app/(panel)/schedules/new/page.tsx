import type { Metadata } from "next";
import { getTimeZone, getTranslations } from "next-intl/server";
import { newDraft } from "#components/schedules/schedule-draft.ts";
import { ScheduleForm } from "#components/schedules/schedule-form.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { readScheduleChoices } from "../choices.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("schedules");
  return { title: t("new") };
}

export default async function NewSchedulePage() {
  const access = await authorizePage("schedule.write");
  const [choices, timeZone, t, tCommon] = await Promise.all([
    readScheduleChoices(access.role),
    getTimeZone(),
    getTranslations("schedules"),
    getTranslations("common"),
  ]);
  return (
    <>
      <PageHeader title={t("new")} trail={[{ href: "/schedules", label: t("title") }]} />
      <ScheduleForm
        id={null}
        initial={newDraft(choices.kinds[0] ?? "publish", timeZone)}
        takesOver={false}
        {...choices}
        cancel={<ButtonLink href="/schedules">{tCommon("cancel")}</ButtonLink>}
      />
    </>
  );
}
