import { useTranslations } from "next-intl";
import { Alert } from "#components/ui/alert.tsx";
import { Link } from "#components/ui/link.tsx";
import type { SavedContainerRegistry } from "#lib/schemas/container-registry.ts";

/** What has to be done before clusters pull from what was just saved. */
export function SavedNote({ url, saved }: { url: string; saved: SavedContainerRegistry }) {
  const t = useTranslations("containerRegistry");
  const { revision, madeRegistry } = saved;
  return (
    <Alert status="success" title={t("savedAs", { revision })}>
      <p>{t("saved", { url })}</p>
      <ol className="mt-1 list-decimal space-y-0.5 pl-5">
        <li>
          {t.rich("nextDocument", {
            link: (text) => (
              <Link href="/settings/server" className="link">
                {text}
              </Link>
            ),
          })}
        </li>
        <li>{t("nextReboot")}</li>
      </ol>
      <p className="mt-1">{t("nextClusters")}</p>
      {madeRegistry !== null && <p className="mt-1">{t("madeRegistry", { name: madeRegistry })}</p>}
    </Alert>
  );
}
