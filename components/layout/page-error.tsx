"use client";

import { CircleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button, ButtonLink } from "#components/ui/button.tsx";
import { Code } from "#components/ui/code.tsx";
import { PageMessage } from "./page-message.tsx";

export interface PageErrorProps {
  error: unknown;
  retry: () => void;
}

/** A page that failed, with the identifier that the server's log has too. */
export function PageError({ error, retry }: PageErrorProps) {
  const t = useTranslations("boundaries");
  const tCommon = useTranslations("common");
  const id = error instanceof Error && "digest" in error ? String(error.digest) : null;
  return (
    <PageMessage
      icon={CircleAlert}
      title={t("errorTitle")}
      action={
        <>
          <Button variant="primary" onClick={retry}>
            {tCommon("retry")}
          </Button>
          <ButtonLink href="/">{t("toOverview")}</ButtonLink>
        </>
      }
    >
      <p>{t("errorHint")}</p>
      {id !== null && <p>{t.rich("errorId", { id, code: (chunks) => <Code>{chunks}</Code> })}</p>}
    </PageMessage>
  );
}
