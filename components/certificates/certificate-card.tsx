import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Card } from "#components/ui/card.tsx";
import type { CertificateView } from "#lib/schemas/certificate-views.ts";
import { CertificateFacts } from "./certificate-facts.tsx";
import { CertificateFindings } from "./certificate-problems.tsx";

interface CertificateCardProps {
  certificate: CertificateView;
  /** Its name here, where it has one already. */
  title?: string;
  aside?: ReactNode;
  footer?: ReactNode;
}

/** A certificate in plain words: what it is, and what stands against it. */
export function CertificateCard({ certificate, title, aside, footer }: CertificateCardProps) {
  const t = useTranslations("certificateViews");
  const { subject, findings } = certificate;
  return (
    <Card
      title={title ?? subject.commonName ?? subject.text}
      aside={aside}
      {...(footer !== undefined && { footer })}
    >
      <div className="space-y-3">
        {findings.length > 0 ? (
          <CertificateFindings findings={findings} />
        ) : (
          <p className="text-compact text-muted">{t("noFindings")}</p>
        )}
        <CertificateFacts certificate={certificate} />
      </div>
    </Card>
  );
}
