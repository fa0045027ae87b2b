import { useTranslations } from "next-intl";

export default function NotFound() {
  const t = useTranslations("boundaries");
  return <h1>{t("notFoundTitle")}</h1>;
}
