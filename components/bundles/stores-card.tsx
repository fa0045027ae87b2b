"use client";

import { useTranslations } from "next-intl";
import { Alert } from "#components/ui/alert.tsx";
import { StatusLabel } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { StoreView } from "#lib/services/bundles/bundle-views.ts";
import { LookAgain } from "./look-again.tsx";

interface StoresCardProps {
  stores: readonly StoreView[];
  mayWrite: boolean;
}

/** The folders that bundles lie in, their room, and whether somebody can work in them. */
export function StoresCard({ stores, mayWrite }: StoresCardProps) {
  const t = useTranslations("bundles.stores");
  return (
    <Card title={t("title")} flush>
      {stores.length === 0 ? (
        <div className="p-4">
          <Alert status="warning" live="off" title={t("none")}>
            {t("noneHelp")}
          </Alert>
        </div>
      ) : (
        <ul className="divide-y divide-line">
          {stores.map((store) => (
            <StoreItem key={store.id} store={store} mayWrite={mayWrite} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function StoreItem({ store, mayWrite }: { store: StoreView; mayWrite: boolean }) {
  const t = useTranslations("bundles.stores");
  const formats = useFormats();
  const { name, workers, freeBytes, reachable } = store;
  return (
    <li className="grid items-center gap-x-6 gap-y-1 px-4 py-2.5 text-compact sm:grid-cols-[minmax(8rem,14rem)_1fr] lg:grid-cols-[minmax(8rem,14rem)_minmax(6rem,10rem)_1fr_auto]">
      <span className="font-medium wrap-anywhere">{name}</span>
      <span className="text-muted tabular-nums">
        {freeBytes === null ? t("freeUnknown") : t("free", { size: formats.bytes(freeBytes) })}
      </span>
      <span className="flex flex-wrap gap-x-5 gap-y-1">
        <StatusLabel status={workers > 0 ? "success" : "warning"}>
          {t("workers", { count: workers })}
        </StatusLabel>
        {!reachable && <StatusLabel status="neutral">{t("unreachable")}</StatusLabel>}
      </span>
      <LookAgain store={store} mayLook={mayWrite} />
    </li>
  );
}
