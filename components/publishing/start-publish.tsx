"use client";

import { Ship } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useAction } from "#components/forms/use-action.ts";
import { Button } from "#components/ui/button.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { startPublishAction } from "#lib/actions/publishing.ts";
import { useErrorText } from "#lib/i18n/use-error-text.ts";

interface StartPublishProps {
  organizationId: string;
  /** Nothing is known to be missing. */
  isComplete: boolean;
  disabled: boolean;
}

/** Starts the job that publishes, and leads to it. */
export function StartPublish({ organizationId, isComplete, disabled }: StartPublishProps) {
  const t = useTranslations("publishing");
  const errorText = useErrorText();
  const router = useRouter();
  const toast = useToast();
  const { run, pending } = useAction(startPublishAction);
  const start = () =>
    void run({ organizationId }, ({ id }) => router.push(`/jobs/${id}`)).then((result) => {
      if (result.ok) return;
      const { title, hint } = errorText(result.error);
      toast({ status: "danger", title, description: hint });
    });
  return (
    <Button
      variant={isComplete ? "outline" : "primary"}
      icon={<Ship aria-hidden />}
      loading={pending}
      disabled={disabled}
      onClick={start}
    >
      {t(isComplete ? "publishAgain" : "publish")}
    </Button>
  );
}
