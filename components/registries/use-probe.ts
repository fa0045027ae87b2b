"use client";

import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useAction } from "#components/forms/use-action.ts";
import { useToast } from "#components/ui/toast.tsx";
import { probeRegistryAction } from "#lib/actions/registries.ts";
import { useErrorText } from "#lib/i18n/use-error-text.ts";

/** Asks a saved registry; the answer shows as a toast, and as its health once the page is read again. */
export function useProbe(id: string, name: string) {
  const t = useTranslations("registries");
  const errorText = useErrorText();
  const toast = useToast();
  const router = useRouter();
  const { run, pending } = useAction(probeRegistryAction);
  const probe = () =>
    void run({ id }, () => router.refresh()).then((result) => {
      const failure = result.ok ? (result.value.ok ? null : result.value.error) : result.error;
      if (failure) {
        const { title, hint } = errorText(failure);
        toast({ status: "danger", title, description: hint });
      } else if (result.ok && result.value.ok) {
        toast({ status: "success", title: t("probedIn", { name, latency: result.value.latencyMs }) });
      }
    });
  return { probe, pending };
}
