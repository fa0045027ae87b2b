import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useAction } from "#components/forms/use-action.ts";
import { useToast } from "#components/ui/toast.tsx";
import { pauseScheduleAction, resumeScheduleAction, runScheduleAction } from "#lib/actions/schedules.ts";
import { useErrorText } from "#lib/i18n/use-error-text.ts";
import type { ScheduleRow } from "#lib/schemas/schedules.ts";

const deeds = {
  pause: pauseScheduleAction,
  resume: resumeScheduleAction,
  run: runScheduleAction,
} as const;

/** What is done at once, since it harms nobody. */
export function useScheduleDeeds({ id, name }: Pick<ScheduleRow, "id" | "name">) {
  const t = useTranslations("schedules.done");
  const router = useRouter();
  const toast = useToast();
  const errorText = useErrorText();
  const { run, pending } = useAction(({ deed }: { deed: keyof typeof deeds }) =>
    deeds[deed]({ scheduleId: id }),
  );
  const act = (deed: keyof typeof deeds) =>
    void run({ deed }, () => {
      toast({ status: "success", title: t(deed, { name }) });
      router.refresh();
    }).then((result) => {
      if (!result.ok) toast({ status: "danger", title: errorText(result.error).title });
    });
  return { act, pending };
}
