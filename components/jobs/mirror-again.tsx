"use client";

import { CopyPlus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useAction } from "#components/forms/use-action.ts";
import { Button } from "#components/ui/button.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { repeatJobAction } from "#lib/actions/jobs.ts";
import { useErrorText } from "#lib/i18n/use-error-text.ts";

/** Leads from a comparison to a new job that copies what it found wanting: its plan is shown first. */
export function MirrorAgain({ id }: { id: string }) {
  const t = useTranslations("jobs.verify");
  const errorText = useErrorText();
  const toast = useToast();
  const router = useRouter();
  const { run, pending } = useAction(repeatJobAction);
  const start = () =>
    void run({ jobId: id, kind: "mirror" }, (job) => router.push(`/jobs/${job.id}`)).then((result) => {
      if (result.ok) return;
      const { title, hint } = errorText(result.error);
      toast({ status: "danger", title, description: hint });
    });
  return (
    <Button icon={<CopyPlus aria-hidden />} loading={pending} onClick={start}>
      {t("mirrorAgain")}
    </Button>
  );
}
