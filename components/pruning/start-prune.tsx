"use client";

import { Eraser } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useAction } from "#components/forms/use-action.ts";
import { Button } from "#components/ui/button.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { startPruneAction } from "#lib/actions/pruning.ts";
import { useErrorText } from "#lib/i18n/use-error-text.ts";

interface StartPruneProps {
  /** Null: the provider. */
  organizationId: string | null;
  destinationId: string;
}

/** Starts the job that plans what goes, and leads to it. It deletes nothing by itself. */
export function StartPrune({ organizationId, destinationId }: StartPruneProps) {
  const t = useTranslations("pruning");
  const errorText = useErrorText();
  const router = useRouter();
  const toast = useToast();
  const { run, pending } = useAction(startPruneAction);
  const start = () =>
    void run({ organizationId, destinationId }, ({ id }) => router.push(`/jobs/${id}`)).then((result) => {
      if (result.ok) return;
      const { title, hint } = errorText(result.error);
      toast({ status: "danger", title, description: hint });
    });
  return (
    <Button variant="primary" icon={<Eraser aria-hidden />} loading={pending} onClick={start}>
      {t("start")}
    </Button>
  );
}
