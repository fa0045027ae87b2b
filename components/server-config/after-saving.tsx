import { useTranslations } from "next-intl";
import { Alert } from "#components/ui/alert.tsx";
import { ButtonLink } from "#components/ui/button.tsx";

interface AfterSavingProps {
  number: number;
  /** The page without this note. */
  dismissHref: string;
}

/** What is to be done once something was saved: nothing of it reaches Cloud Director by itself. */
export function AfterSaving({ number, dismissHref }: AfterSavingProps) {
  const t = useTranslations("serverConfig.afterSaving");
  const tCommon = useTranslations("common");
  return (
    <Alert
      status="info"
      live="polite"
      title={t("title", { number })}
      action={
        <ButtonLink href={dismissHref} size="sm" scroll={false}>
          {tCommon("dismiss")}
        </ButtonLink>
      }
    >
      <ol className="list-decimal space-y-0.5 pl-4">
        {(["put", "reboot", "clusters"] as const).map((step) => (
          <li key={step}>{t(step)}</li>
        ))}
      </ol>
    </Alert>
  );
}
