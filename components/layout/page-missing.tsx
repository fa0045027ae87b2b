import { SearchX } from "lucide-react";
import { useTranslations } from "next-intl";
import { ButtonLink } from "#components/ui/button.tsx";
import { PageMessage } from "./page-message.tsx";

/** What is not there, or not for this person: the two are told apart nowhere. */
export function PageMissing() {
  const t = useTranslations("boundaries");
  return (
    <PageMessage
      icon={SearchX}
      title={t("notFoundTitle")}
      action={
        <ButtonLink href="/" variant="primary">
          {t("toOverview")}
        </ButtonLink>
      }
    >
      {/* What would have named the page is not there either. */}
      <title>{`${t("notFoundTitle")} · Drayage`}</title>
      <p>{t("notFoundHint")}</p>
    </PageMessage>
  );
}
