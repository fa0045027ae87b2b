import { useTranslations } from "next-intl";
import { ExpiryBadge } from "#components/certificates/expiry-badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { Link } from "#components/ui/link.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { CertificatePlace, ExpiringCertificate } from "#lib/schemas/certificate-views.ts";

interface ExpiringCertificatesProps {
  certificates: readonly ExpiringCertificate[];
  /** Whether the reader may see the lists. */
  mayRead: boolean;
}

/** What ends next, and where it is shown or trusted. */
export function ExpiringCertificates({ certificates, mayRead }: ExpiringCertificatesProps) {
  const t = useTranslations("overview");
  return (
    <Card
      title={t("certificates")}
      aside={
        mayRead && (
          <Link href="/settings/certificates" className="text-compact link">
            {t("allCertificates")}
          </Link>
        )
      }
      flush
    >
      {certificates.length === 0 ? (
        <p className="px-4 py-3 text-compact text-muted">{t("noCertificates")}</p>
      ) : (
        <ul className="divide-y divide-line">
          {certificates.map((certificate) => (
            <CertificateLine key={certificate.fingerprint} certificate={certificate} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function CertificateLine({ certificate }: { certificate: ExpiringCertificate }) {
  const t = useTranslations("certificateViews.places");
  const formats = useFormats();
  const { subject, stored, places, notAfter, daysLeft } = certificate;
  const href = findPage(certificate);
  const placeText = (place: CertificatePlace) =>
    place.kind === "list" ? t(`list.${place.list}`) : t(place.kind, { name: place.name });
  const name = stored?.name ?? subject;
  // A registry may show what is trusted for it, too.
  const texts = [...new Set(places.map(placeText))];
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5 text-compact">
      <span className="min-w-32 flex-1 wrap-anywhere">
        {href === null ? (
          <span className="font-semibold">{name}</span>
        ) : (
          <Link href={href} className="font-semibold link">
            {name}
          </Link>
        )}
        <span className="block text-xs text-muted">{texts.join(", ")}</span>
      </span>
      <span className="flex flex-wrap gap-x-3">
        <ExpiryBadge daysLeft={daysLeft} />
        <time dateTime={notAfter} className="text-muted">
          {formats.date(notAfter)}
        </time>
      </span>
    </li>
  );
}

/** The page where something can be done about it. */
function findPage({ stored, places }: ExpiringCertificate): string | null {
  if (stored) return `/settings/certificates/${stored.id}`;
  const [place] = places;
  switch (place?.kind) {
    case "registry":
      return `/registries/${place.id}`;
    case "channel":
      return `/notifications/${place.id}`;
    default:
      return null;
  }
}
