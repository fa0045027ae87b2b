"use client";

import { useTranslations } from "next-intl";
import { ActionDialog } from "#components/forms/action-dialog.tsx";
import { Button } from "#components/ui/button.tsx";
import { deleteOfferAction } from "#lib/actions/offers.ts";
import type { OfferView } from "#lib/schemas/offers.ts";

interface WithdrawOfferProps {
  organization: NonNullable<OfferView["organization"]>;
  seen: OfferView["seen"];
}

/** Takes an organization's own offer away, after asking. */
export function WithdrawOffer({ organization: { id, displayName: name }, seen }: WithdrawOfferProps) {
  const t = useTranslations("offers.scope");
  return (
    <ActionDialog
      trigger={<Button variant="danger-outline">{t("withdraw")}</Button>}
      title={t("withdrawTitle", { name })}
      confirmLabel={t("withdrawConfirm")}
      action={deleteOfferAction}
      input={{ organizationId: id, seen }}
      doneText={() => t("withdrawn", { name })}
    >
      <p>{t("withdrawText")}</p>
    </ActionDialog>
  );
}
