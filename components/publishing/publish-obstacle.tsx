import { useTranslations } from "next-intl";
import { Card } from "#components/ui/card.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import type { ErrorView } from "#lib/errors.ts";
import { useErrorText } from "#lib/i18n/use-error-text.ts";

interface PublishObstacleProps {
  obstacle: ErrorView;
  /** Name of the organization. */
  organization: string;
  mayOffer: boolean;
}

/** Why nothing can be published, and where that is mended. */
export function PublishObstacle({ obstacle, organization, mayOffer }: PublishObstacleProps) {
  const t = useTranslations("publishing");
  const { title, hint } = useErrorText()(obstacle);
  const isOffer = obstacle.code === "nothing-offered" || obstacle.code === "destination-missing";
  if (!isOffer && obstacle.code !== "organization-disabled")
    return <ErrorAlert error={obstacle} live="off" />;
  return (
    <Card flush>
      <EmptyState
        title={title}
        action={
          isOffer &&
          mayOffer && (
            <ButtonLink href={`/organizations/${organization}/offer`} variant="primary">
              {t("toOffer")}
            </ButtonLink>
          )
        }
      >
        {hint}
      </EmptyState>
    </Card>
  );
}
