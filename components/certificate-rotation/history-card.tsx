import { useTranslations } from "next-intl";
import { useAuditWords } from "#components/audit/use-audit-words.ts";
import { Card } from "#components/ui/card.tsx";
import { Link } from "#components/ui/link.tsx";
import { DateTime } from "#components/ui/time.tsx";
import type { TrustList } from "#lib/db/generated/enums.ts";
import type { HistoryItem } from "#lib/schemas/rotation.ts";

/** What was done to a certificate and to the lists that it stands in, the newest first. */
export function HistoryCard({ items }: { items: readonly HistoryItem[] }) {
  const t = useTranslations("certificateRotation.history");
  return (
    <Card
      title={t("title")}
      aside={
        <Link href="/audit?objectType=certificate" className="text-compact link">
          {t("all")}
        </Link>
      }
      flush
    >
      {items.length === 0 ? (
        <p className="px-4 py-3 text-compact text-muted">{t("empty")}</p>
      ) : (
        <ol aria-label={t("title")} tabIndex={0} className="max-h-96 divide-y divide-line overflow-y-auto">
          {items.map((item) => (
            <li
              key={item.kind === "audit" ? item.id : `revision ${item.number}`}
              className="flex flex-wrap justify-between gap-x-4 px-4 py-2 text-compact"
            >
              <div className="min-w-48 flex-1 wrap-anywhere">
                {item.kind === "audit" ? <Deed item={item} /> : <Moves item={item} />}
              </div>
              <p className="text-muted">
                {item.actorName}, <DateTime value={item.at} />
              </p>
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}

function Deed({ item }: { item: Extract<HistoryItem, { kind: "audit" }> }) {
  const t = useTranslations("certificateRotation.history");
  const tLists = useTranslations("certificates.lists");
  const words = useAuditWords();
  const { action, lists, revision, replaces, replacedBy } = item;
  const placeText = (text: string) => {
    const [list = "", place = ""] = text.split(" ");
    return tLists.has(list as TrustList) ? t("listPlace", { list: tLists(list as TrustList), place }) : text;
  };
  const details = [
    ...(replaces === null ? [] : [t("replaces", { name: replaces })]),
    ...(replacedBy === null ? [] : [t("replacedBy", { name: replacedBy })]),
    ...(lists === null
      ? []
      : [lists.length === 0 ? t("inNoList") : t("lists", { lists: lists.map(placeText).join(", ") })]),
    ...(revision === null ? [] : [t("revision", { number: revision })]),
  ];
  return (
    <>
      <p>{words.action(action)}</p>
      {details.map((detail) => (
        <p key={detail} className="text-xs text-muted">
          {detail}
        </p>
      ))}
    </>
  );
}

function Moves({ item: { number, added, removed } }: { item: Extract<HistoryItem, { kind: "revision" }> }) {
  const t = useTranslations("certificateRotation.history");
  const tLists = useTranslations("certificates.lists");
  return (
    <>
      {added.map((list) => (
        <p key={list}>{t("added", { list: tLists(list) })}</p>
      ))}
      {removed.map((list) => (
        <p key={list}>{t("removed", { list: tLists(list) })}</p>
      ))}
      <p className="text-xs text-muted">{t("revision", { number })}</p>
    </>
  );
}
