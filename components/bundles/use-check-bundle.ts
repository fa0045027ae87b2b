import { useTranslations } from "next-intl";
import { useAction } from "#components/forms/use-action.ts";
import { useToast } from "#components/ui/toast.tsx";
import { checkBundleAction } from "#lib/actions/bundles.ts";
import { useErrorText } from "#lib/i18n/use-error-text.ts";
import { useBundlesChanged } from "./bundles-query.ts";

/** Asks for a bundle to be read and held to its checksums; how far that is shows where the bundle does. */
export function useCheckBundle(id: string, name: string) {
  const t = useTranslations("bundles");
  const errorText = useErrorText();
  const toast = useToast();
  const changed = useBundlesChanged();
  const { run, pending } = useAction(checkBundleAction);
  const check = () =>
    void run({ bundleId: id }, changed).then((result) => {
      if (result.ok) {
        toast({ status: "info", title: t("checkAsked", { name }) });
        return;
      }
      const { title, hint } = errorText(result.error);
      toast({ status: "danger", title, description: hint });
    });
  return { check, pending };
}
