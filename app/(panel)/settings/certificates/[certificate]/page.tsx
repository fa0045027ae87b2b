import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { HistoryCard } from "#components/certificate-rotation/history-card.tsx";
import { RotationCard } from "#components/certificate-rotation/rotation-card.tsx";
import { CertificateActions } from "#components/certificates/certificate-actions.tsx";
import { CertificateCard } from "#components/certificates/certificate-card.tsx";
import { CertificatePlaces } from "#components/certificates/certificate-places.tsx";
import { NodeFilesCard } from "#components/certificates/node-files-card.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import { orNotFound, pageParams } from "#lib/routes/page-input.ts";
import { certificateParams } from "#lib/schemas/certificates.ts";
import { getCertificate, getRotation, listHistory } from "#lib/services/certificates/index.ts";

interface CertificatePageProps {
  params: Promise<unknown>;
}

export async function generateMetadata({ params }: CertificatePageProps): Promise<Metadata> {
  const access = await authorizePage("certificate.read");
  const { certificate: id } = await pageParams(params, certificateParams);
  return { title: (await orNotFound(getCertificate(access, id))).name };
}

export default async function CertificatePage({ params }: CertificatePageProps) {
  const access = await authorizePage("certificate.read");
  const { certificate: id } = await pageParams(params, certificateParams);
  const [[certificate, rotation, history], t] = await Promise.all([
    orNotFound(Promise.all([getCertificate(access, id), getRotation(access, id), listHistory(access, id)])),
    getTranslations("certificates"),
  ]);
  const mayWrite = mayRole(access.role, "certificate.write");
  return (
    <>
      <PageHeader
        title={certificate.name}
        trail={[{ href: "/settings/certificates", label: t("title") }]}
        actions={mayWrite && <CertificateActions certificate={certificate} />}
      />
      <CertificateCard
        certificate={certificate.view}
        aside={<CopyButton value={certificate.pem} label={t("page.copyPem")} labelled />}
      />
      <CertificatePlaces certificate={certificate} mayWrite={mayWrite} />
      <RotationCard certificate={certificate} rotation={rotation} mayWrite={mayWrite} />
      <NodeFilesCard certificate={certificate} />
      <HistoryCard items={history} />
    </>
  );
}
