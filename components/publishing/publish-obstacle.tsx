import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import type { ErrorView } from "#lib/errors.ts";
import { useErrorText } from "#lib/i18n/use-error-text.ts";

interface PublishObstacleProps {
  obstacle: ErrorView;
}

/** Why nothing can be published, and who mends that. */
export function PublishObstacle({ obstacle }: PublishObstacleProps) {
  const { title, hint } = useErrorText()(obstacle);
  const isOffer = obstacle.code === "nothing-offered" || obstacle.code === "destination-missing";
  if (!isOffer && obstacle.code !== "organization-disabled")
    return <ErrorAlert error={obstacle} live="off" />;
  return (
    <Card flush>
      <EmptyState title={title}>{hint}</EmptyState>
    </Card>
  );
}
