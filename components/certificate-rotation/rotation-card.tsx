import { Replace } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Alert } from "#components/ui/alert.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Link } from "#components/ui/link.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { CertificateRow } from "#lib/schemas/certificates.ts";
import type { RotationView } from "#lib/schemas/rotation.ts";
import { Afterwards } from "./afterwards.tsx";
import { RotationActions } from "./rotation-actions.tsx";
import { RotationTimeline } from "./rotation-timeline.tsx";

interface RotationCardProps {
  certificate: Pick<CertificateRow, "id" | "name" | "lists" | "notAfter">;
  rotation: RotationView;
  mayWrite: boolean;
}

/** What takes a certificate's place, or whose place it takes, and what can be done about it. */
export function RotationCard({ certificate, rotation, mayWrite }: RotationCardProps) {
  const t = useTranslations("certificateRotation");
  const formats = useFormats();
  const { replacedBy, replaces, overlaps } = rotation;
  const mayReplace = mayWrite && certificate.lists.length > 0 && overlaps.length === 0;
  const isOverlapping = replacedBy !== null && overlaps.length > 0;
  const notes = [
    ...replaces.map((old) => (
      <p key={old.id}>
        {t.rich("replacesUntil", { name: () => linkTo(old), until: formats.date(old.until) })}
      </p>
    )),
    ...(replacedBy !== null && !isOverlapping
      ? [<p key={replacedBy.id}>{t.rich("replacedOver", { name: () => linkTo(replacedBy) })}</p>]
      : []),
  ];
  if (notes.length === 0 && !isOverlapping && certificate.lists.length === 0) return null;
  return (
    <Card
      title={t("title")}
      aside={
        mayReplace && (
          <ButtonLink
            href={`/settings/certificates/${certificate.id}/replace`}
            icon={<Replace aria-hidden />}
          >
            {t("replace")}
          </ButtonLink>
        )
      }
    >
      <div className="space-y-3 text-compact">
        {notes}
        {notes.length === 0 && !isOverlapping && <p className="text-muted">{t("none")}</p>}
        {isOverlapping && (
          <>
            <Warnings rotation={rotation} name={replacedBy.name} />
            <RotationTimeline rotation={rotation} replacedBy={replacedBy} notAfter={certificate.notAfter} />
            {mayWrite && (
              <RotationActions certificate={certificate} replacedBy={replacedBy} overlaps={overlaps} />
            )}
            <Afterwards lists={overlaps.map(({ list }) => list)} isOverlap />
          </>
        )}
      </div>
    </Card>
  );
}

const linkTo = ({ id, name }: { id: string; name: string }): ReactNode => (
  <Link href={`/settings/certificates/${id}`} className="wrap-anywhere link">
    {name}
  </Link>
);

function Warnings({ rotation, name }: { rotation: RotationView; name: string }) {
  const t = useTranslations("certificateRotation");
  const tLists = useTranslations("certificates.lists");
  return (
    <>
      {rotation.isOverdue && (
        <Alert status="warning" title={t("overdue.title")} live="off">
          {t("overdue.hint")}
        </Alert>
      )}
      {rotation.overlaps.map(
        ({ list, hasSuccessor }) =>
          !hasSuccessor && (
            <Alert
              key={list}
              status="warning"
              title={t("successorGone.title", { name, list: tLists(list) })}
              live="off"
            >
              {t("successorGone.hint")}
            </Alert>
          ),
      )}
    </>
  );
}
