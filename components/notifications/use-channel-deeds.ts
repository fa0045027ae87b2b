import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useAction } from "#components/forms/use-action.ts";
import { useToast } from "#components/ui/toast.tsx";
import { pauseChannelAction, resumeChannelAction, testChannelAction } from "#lib/actions/notifications.ts";
import { useErrorText } from "#lib/i18n/use-error-text.ts";
import type { ChannelRow } from "#lib/schemas/notifications.ts";

const deeds = { pause: pauseChannelAction, resume: resumeChannelAction } as const;

/** What is done at once, since it harms nobody; what came of it shows as a toast. */
export function useChannelDeeds({ id, name }: Pick<ChannelRow, "id" | "name">) {
  const t = useTranslations("notifications");
  const router = useRouter();
  const toast = useToast();
  const errorText = useErrorText();
  const deed = useAction(({ what }: { what: keyof typeof deeds }) => deeds[what]({ channelId: id }));
  const testing = useAction(testChannelAction);
  const act = (what: keyof typeof deeds) =>
    void deed
      .run({ what }, () => {
        toast({ status: "success", title: t(`done.${what}`, { name }) });
        router.refresh();
      })
      .then((result) => {
        if (!result.ok) toast({ status: "danger", title: errorText(result.error).title });
      });
  const test = () =>
    void testing
      .run({ channelId: id }, () => router.refresh())
      .then((result) => {
        const failure = result.ok ? (result.value.ok ? null : result.value.error) : result.error;
        if (failure) {
          const { title, hint } = errorText(failure);
          toast({ status: "danger", title, description: hint });
        } else if (result.ok && result.value.ok) {
          const description = t("testOkDetail", { name, latency: result.value.latencyMs });
          toast({ status: "success", title: t("testOk"), description });
        }
      });
  return { act, test, pending: deed.pending || testing.pending };
}
