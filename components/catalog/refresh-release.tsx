"use client";

import { RefreshCw } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useAction } from "#components/forms/use-action.ts";
import { Button } from "#components/ui/button.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { refreshReleaseAction } from "#lib/actions/releases.ts";
import { useErrorText } from "#lib/i18n/use-error-text.ts";

interface RefreshReleaseProps {
  id: string;
  /** It is being looked up. */
  running: boolean;
}

/** Looks again what a release is made of; how far that is shows on the page. */
export function RefreshRelease({ id, running }: RefreshReleaseProps) {
  const t = useTranslations("catalog.refresh");
  const errorText = useErrorText();
  const toast = useToast();
  const router = useRouter();
  const { run, pending } = useAction(refreshReleaseAction);
  const refresh = () =>
    void run({ releaseId: id }, () => router.refresh()).then((result) => {
      if (result.ok) return;
      const { title, hint } = errorText(result.error);
      toast({ status: "danger", title, description: hint });
      // Somebody else may have begun.
      router.refresh();
    });
  return (
    <Button icon={<RefreshCw aria-hidden />} loading={pending} disabled={running} onClick={refresh}>
      {t("again")}
    </Button>
  );
}
