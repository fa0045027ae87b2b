"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { DateTime } from "#components/ui/time.tsx";
import type { TrustList } from "#lib/db/generated/enums.ts";
import { type CertificateDetail, trustLists } from "#lib/schemas/certificates.ts";
import { TakeOutDialog } from "./take-out-dialog.tsx";

interface CertificatePlacesProps {
  certificate: Pick<CertificateDetail, "id" | "name" | "entries">;
  mayWrite: boolean;
}

/** The lists that a certificate stands in, and where. */
export function CertificatePlaces({ certificate, mayWrite }: CertificatePlacesProps) {
  const t = useTranslations("certificates");
  const [taking, setTaking] = useState<TrustList | null>(null);
  const { name, entries } = certificate;
  const places = trustLists.flatMap((list) => entries.find((entry) => entry.list === list) ?? []);
  return (
    <Card title={t("page.lists")} flush={places.length > 0}>
      {places.length === 0 ? (
        <p className="text-compact text-muted">{t("page.listsNone")}</p>
      ) : (
        <ul className="divide-y divide-line">
          {places.map(({ list, position, until }) => (
            <li key={list} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2 text-compact">
              <div className="min-w-48 flex-1">
                <p>{t(`lists.${list}`)}</p>
                <p className="text-xs text-muted">
                  {t("page.listPlace", { place: position + 1 })}
                  {until !== null && (
                    <>
                      {" · "}
                      {t.rich("replacedUntil", { date: () => <DateTime value={until} /> })}
                    </>
                  )}
                </p>
              </div>
              {mayWrite && (
                <Button
                  size="sm"
                  aria-label={t("takeOutTitle", { name, list: t(`lists.${list}`) })}
                  onClick={() => setTaking(list)}
                >
                  {t("takeOutConfirm")}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {taking && (
        <TakeOutDialog
          certificate={certificate}
          list={taking}
          open
          onOpenChange={(open) => !open && setTaking(null)}
        />
      )}
    </Card>
  );
}
