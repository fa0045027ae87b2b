"use client";

import { ArrowDown, ArrowUp, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Link } from "#components/ui/link.tsx";
import { DateTime } from "#components/ui/time.tsx";
import type { TrustList } from "#lib/db/generated/enums.ts";
import type { TrustListEntry } from "#lib/schemas/certificates.ts";
import { ExpiryBadge } from "./expiry-badge.tsx";
import { TakeOutDialog } from "./take-out-dialog.tsx";
import { useListDeeds } from "./use-list-deeds.ts";

interface TrustListCardProps {
  list: TrustList;
  entries: readonly TrustListEntry[];
  mayWrite: boolean;
}

type Listed = TrustListEntry["certificates"][number];

/** One list in its order, which is that of the files on a node. */
export function TrustListCard({ list, entries, mayWrite }: TrustListCardProps) {
  const t = useTranslations("certificates");
  const [taking, setTaking] = useState<Listed | null>(null);
  const { move, pending } = useListDeeds();
  return (
    <Card title={t(`lists.${list}`)} flush className="flex flex-col">
      <p className="border-b border-line px-4 py-2 text-xs text-muted">{t(`listHelp.${list}`)}</p>
      {entries.length === 0 ? (
        <p className="px-4 py-6 text-center text-compact text-muted">{t("listEmpty")}</p>
      ) : (
        <ol className="divide-y divide-line">
          {entries.map(({ position, certificates }, index) => {
            const [first] = certificates;
            return (
              <li key={certificates.map(({ id }) => id).join()} className="flex items-start gap-2 px-4 py-2">
                <span className="pt-1 text-xs text-muted tabular-nums">
                  {t("place", { place: position + 1 })}
                </span>
                <div className="min-w-0 flex-1 space-y-1.5">
                  {certificates.map((certificate) => (
                    <Row
                      key={certificate.id}
                      certificate={certificate}
                      {...(mayWrite && { onTakeOut: () => setTaking(certificate) })}
                    />
                  ))}
                  {certificates.length > 1 && <p className="text-xs text-muted">{t("sharesPlace")}</p>}
                </div>
                {mayWrite && first && entries.length > 1 && (
                  <span className="flex shrink-0">
                    <MoveButton
                      label={t("moveUp", { name: first.name })}
                      icon={<ArrowUp aria-hidden />}
                      onMove={index === 0 || pending ? null : () => move(first, list, "up")}
                    />
                    <MoveButton
                      label={t("moveDown", { name: first.name })}
                      icon={<ArrowDown aria-hidden />}
                      onMove={
                        index === entries.length - 1 || pending ? null : () => move(first, list, "down")
                      }
                    />
                  </span>
                )}
              </li>
            );
          })}
        </ol>
      )}
      {taking && (
        <TakeOutDialog
          certificate={taking}
          list={list}
          open
          onOpenChange={(open) => !open && setTaking(null)}
        />
      )}
    </Card>
  );
}

interface MoveButtonProps {
  label: string;
  icon: ReactNode;
  /** Null where it can go no further, or is on its way. */
  onMove: (() => void) | null;
}

/** Keeps the focus, so that it can be pressed again: a disabled button would lose it. */
function MoveButton({ label, icon, onMove }: MoveButtonProps) {
  return (
    <Button
      variant="flat"
      size="icon"
      className="size-7"
      aria-label={label}
      aria-disabled={onMove === null}
      onClick={() => onMove?.()}
    >
      {icon}
    </Button>
  );
}

function Row({ certificate, onTakeOut }: { certificate: Listed; onTakeOut?: () => void }) {
  const t = useTranslations("certificates");
  const { id, name, until } = certificate;
  return (
    <div className="flex items-start gap-1">
      <div className="min-w-0 flex-1">
        <Link href={`/settings/certificates/${id}`} className="wrap-anywhere link">
          {name}
        </Link>
        <span className="flex flex-wrap items-center gap-x-3 text-xs">
          <ExpiryBadge daysLeft={certificate.daysLeft} isYetToBegin={certificate.isYetToBegin} />
          {until !== null && (
            <span className="text-muted">
              {t.rich("replacedUntil", { date: () => <DateTime value={until} /> })}
            </span>
          )}
        </span>
      </div>
      {onTakeOut && (
        <Button
          variant="flat"
          size="icon"
          className="size-7"
          aria-label={t("takeOut", { name })}
          title={t("takeOut", { name })}
          onClick={onTakeOut}
        >
          <X aria-hidden />
        </Button>
      )}
    </div>
  );
}
