import { useTranslations } from "next-intl";
import { useToast } from "#components/ui/toast.tsx";
import type { SavedConfig } from "#lib/schemas/server-config.ts";

/** Tells that something was saved, and what followed from it. */
export function useSavedNote(): (saved: SavedConfig) => void {
  const t = useTranslations("serverConfig.saved");
  const toast = useToast();
  return ({ number, isChanged, destination, madeRegistry, newCertificates }) => {
    const notes = [
      destination !== null && t("destination", { destination }),
      madeRegistry !== null && t("registry", { name: madeRegistry }),
      newCertificates.length > 0 &&
        t("certificates", { count: newCertificates.length, names: newCertificates.join(", ") }),
    ].filter((note) => note !== false);
    toast({
      status: isChanged ? "success" : "info",
      title: t(isChanged ? "title" : "same", { number }),
      ...(notes.length > 0 && { description: notes.join(" ") }),
    });
  };
}
