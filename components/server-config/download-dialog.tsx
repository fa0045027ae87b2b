"use client";

import { Download } from "lucide-react";
import { useTranslations } from "next-intl";
import { Alert } from "#components/ui/alert.tsx";
import { Button } from "#components/ui/button.tsx";
import { Code } from "#components/ui/code.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";

const tokenPath = "profiles[0].githubConfig.githubPersonalAccessToken";

/** Hands a revision over as a file, and says what is not in it and how it is put into Cloud Director. */
export function DownloadDialog({ number, hasToken }: { number: number; hasToken: boolean }) {
  const t = useTranslations("serverConfig.download");
  const tCommon = useTranslations("common");
  return (
    <Dialog
      trigger={<Button icon={<Download aria-hidden />}>{t("open")}</Button>}
      title={t("title", { number })}
      footer={
        <>
          <DialogClose>
            <Button>{tCommon("close")}</Button>
          </DialogClose>
          <Button asChild variant="primary">
            <a href={`/api/server-config/revisions/${number}/document`} download>
              <Download aria-hidden />
              {t("download")}
            </a>
          </Button>
        </>
      }
    >
      <div className="space-y-3 pb-2 text-compact">
        <Alert status={hasToken ? "warning" : "info"} live="off">
          {t.rich(hasToken ? "tokenLeftOut" : "noToken", { path: () => <Code>{tokenPath}</Code> })}
        </Alert>
        <p>{t.rich("passwords", { c: (text) => <Code>{text}</Code> })}</p>
        <p>{t.rich("put", { c: (text) => <Code>{text}</Code> })}</p>
        <p>{t("back")}</p>
      </div>
    </Dialog>
  );
}
