import { KeyRound } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Alert } from "#components/ui/alert.tsx";
import { Button } from "#components/ui/button.tsx";
import type { BundleDetail } from "#lib/services/bundles/bundle-views.ts";
import { Fingerprint } from "./fingerprint.tsx";
import { TrustKeyDialog } from "./trust-key-dialog.tsx";

interface UnknownKeyProps {
  bundle: Pick<BundleDetail, "id" | "signature">;
  mayWrite: boolean;
}

/** Shows the fingerprint of a key that nobody has vouched for, and asks; nothing for any other bundle. */
export function UnknownKey({ bundle: { id, signature }, mayWrite }: UnknownKeyProps) {
  const t = useTranslations("bundles.key");
  const [asking, setAsking] = useState(false);
  if (signature?.trustedAs !== null) return null;
  const { fingerprint } = signature;
  return (
    <Alert
      status="warning"
      live="off"
      title={t("unknown")}
      action={
        mayWrite && (
          <>
            <Button icon={<KeyRound aria-hidden />} onClick={() => setAsking(true)}>
              {t("trust")}
            </Button>
            <TrustKeyDialog bundleId={id} fingerprint={fingerprint} open={asking} onOpenChange={setAsking} />
          </>
        )
      }
    >
      <p>{t("unknownHelp")}</p>
      <Fingerprint value={fingerprint} />
    </Alert>
  );
}
