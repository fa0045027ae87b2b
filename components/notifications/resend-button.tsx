"use client";

import { RotateCw } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useAction } from "#components/forms/use-action.ts";
import { Button } from "#components/ui/button.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { resendNotificationAction } from "#lib/actions/notifications.ts";
import { useErrorText } from "#lib/i18n/use-error-text.ts";

/** Has a notification sent again that was given up. */
export function ResendButton({ deliveryId, title }: { deliveryId: string; title: string }) {
  const t = useTranslations("notifications");
  const router = useRouter();
  const toast = useToast();
  const errorText = useErrorText();
  const { run, pending } = useAction(resendNotificationAction);
  const resend = () =>
    void run({ deliveryId }, () => {
      toast({ status: "success", title: t("done.resend") });
      router.refresh();
    }).then((result) => {
      if (result.ok) return;
      const said = errorText(result.error);
      toast({ status: "danger", title: said.title, description: said.hint });
    });
  return (
    <Button
      size="sm"
      icon={<RotateCw aria-hidden />}
      loading={pending}
      aria-label={t("sendAgainOf", { title })}
      onClick={resend}
    >
      {t("sendAgain")}
    </Button>
  );
}
