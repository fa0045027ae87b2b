import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { unreachable } from "#lib/errors.ts";
import { RequestError } from "./get-json.ts";

/** In place of what a query should have brought: why it did not, and a way to ask again. */
export function QueryFailure({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const t = useTranslations("common");
  return (
    <ErrorAlert
      error={error instanceof RequestError ? error.error : unreachable}
      action={
        <Button size="sm" onClick={onRetry}>
          {t("retry")}
        </Button>
      }
    />
  );
}
