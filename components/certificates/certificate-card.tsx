import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Alert } from "#components/ui/alert.tsx";
import { Card } from "#components/ui/card.tsx";
import type { CertificateView, TrustVerdict } from "#lib/schemas/certificate-views.ts";
import { CertificateFacts } from "./certificate-facts.tsx";
import { CertificateFindings, ChainProblems } from "./certificate-problems.tsx";

interface CertificateCardProps {
  certificate: CertificateView;
  /** Its name here, where it has one already. */
  title?: string;
  /** What trusting it would do for a server, where one was asked. */
  verdict?: TrustVerdict | null;
  aside?: ReactNode;
  footer?: ReactNode;
}

/** A certificate in plain words: what it is, whether it helps, and what stands against it. */
export function CertificateCard({ certificate, title, verdict, aside, footer }: CertificateCardProps) {
  const t = useTranslations("certificateViews");
  const { subject, findings } = certificate;
  return (
    <Card
      title={title ?? subject.commonName ?? subject.text}
      aside={aside}
      {...(footer !== undefined && { footer })}
    >
      <div className="space-y-3">
        {verdict && <Verdict verdict={verdict} />}
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

const verdictStatus = {
  "makes-trusted": "success",
  "already-trusted": "info",
  "not-enough": "warning",
  "no-help": "warning",
} as const;

function Verdict({ verdict: { host, outcome, problems } }: { verdict: TrustVerdict }) {
  const t = useTranslations("certificateViews.verdicts");
  return (
    <Alert status={verdictStatus[outcome]} title={t(outcome, { host })} live="off">
      {outcome === "not-enough" && <ChainProblems problems={problems} />}
    </Alert>
  );
}
