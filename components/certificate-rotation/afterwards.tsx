import { useTranslations } from "next-intl";
import { Alert } from "#components/ui/alert.tsx";
import { Disclosure } from "#components/ui/disclosure.tsx";
import type { TrustList } from "#lib/db/generated/enums.ts";

interface AfterwardsProps {
  /** The lists that change. */
  lists: readonly TrustList[];
  /** Two certificates are trusted for a while. */
  isOverlap?: boolean;
}

/** What has to be done outside this panel after a change of the lists, since nothing of it happens by itself. */
export function Afterwards({ lists, isOverlap = false }: AfterwardsProps) {
  const t = useTranslations("certificateRotation.afterwards");
  const isOfNodes = lists.some((list) => list !== "panel");
  return (
    <Alert status="info" title={t("title")} live="off">
      <ul className="list-disc space-y-1 pl-4">
        {isOfNodes && (
          <>
            {isOverlap && <li>{t("registry")}</li>}
            <li>{t("cloudDirector")}</li>
            <li>{t("existing")}</li>
          </>
        )}
        {lists.includes("panel") && <li>{t("panel")}</li>}
      </ul>
      {isOfNodes && (
        <div className="pt-2">
          <Disclosure title={t("details")}>
            <ul className="list-disc space-y-2 pl-4 wrap-anywhere">
              <li>{t("cse")}</li>
              <li>{t("vsphere")}</li>
              <li>{t("tkg")}</li>
            </ul>
          </Disclosure>
        </div>
      )}
    </Alert>
  );
}
