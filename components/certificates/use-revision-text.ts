import { useTranslations } from "next-intl";

/** Says, where a change has made a revision of the configuration, which, and what is to be done with it. */
export function useRevisionText(): (revision: number | null) => { description?: string } {
  const t = useTranslations("certificates");
  return (revision) =>
    revision === null
      ? {}
      : { description: t("revisionSaved", { number: revision, afterwards: t("afterwards") }) };
}
