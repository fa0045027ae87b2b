"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
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
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="danger-outline" onClick={() => setOpen(true)}>
        {t("withdraw")}
      </Button>
      <ActionDialog
        open={open}
        onOpenChange={setOpen}
        title={t("withdrawTitle", { name })}
        confirmLabel={t("withdrawConfirm")}
        action={deleteOfferAction}
        input={{ organizationId: id, seen }}
        doneText={() => t("withdrawn", { name })}
      >
        <p>{t("withdrawText")}</p>
      </ActionDialog>
    </>
  );
}
