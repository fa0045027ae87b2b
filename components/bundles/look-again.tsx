import { RefreshCw } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { RelativeTime } from "#components/ui/time.tsx";
import type { StoreView } from "#lib/services/bundles/bundle-views.ts";
import { useStoreScan } from "./use-store-scan.ts";

interface LookAgainProps {
  store: StoreView;
  mayLook: boolean;
}

/** When what a folder holds was looked at last, and the button to have it looked at now. */
export function LookAgain({ store, mayLook }: LookAgainProps) {
  const t = useTranslations("bundles.stores");
  const { look, looking, done, scannedAt } = useStoreScan(store);
  const { name, workers } = store;
  return (
    <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <span className="text-xs text-muted">
        {scannedAt === null
          ? t("neverScanned")
          : t.rich("scannedAt", { time: () => <RelativeTime value={scannedAt} /> })}
      </span>
      {mayLook && (
        <Button
          size="sm"
          icon={<RefreshCw aria-hidden />}
          loading={looking}
          // Nobody is there to look.
          disabled={workers === 0}
          aria-label={t("lookAgainIn", { name })}
          onClick={look}
        >
          {t("lookAgain")}
        </Button>
      )}
      <span role="status" className="sr-only">
        {looking ? t("looking", { name }) : done ? t("looked", { name }) : ""}
      </span>
    </span>
  );
}
