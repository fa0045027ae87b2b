import { useTranslations } from "next-intl";
import { Alert } from "#components/ui/alert.tsx";
import { ButtonLink } from "#components/ui/button.tsx";

interface GoneAlertProps {
  /** What is gone, in a sentence. */
  title: string;
  /** The page that lists those that are there. */
  list: { href: string; name: string };
}

/** Over what was last seen of something that has been deleted while somebody looked at it. */
export function GoneAlert({ title, list }: GoneAlertProps) {
  const t = useTranslations("boundaries");
  return (
    <Alert
      status="warning"
      title={title}
      action={
        <ButtonLink href={list.href} size="sm">
          {t("goTo", { name: list.name })}
        </ButtonLink>
      }
    >
      {t("goneHint")}
    </Alert>
  );
}
