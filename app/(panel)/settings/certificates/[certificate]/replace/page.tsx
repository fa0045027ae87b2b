import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { redirect } from "next/navigation";
import { ReplaceForm } from "#components/certificate-rotation/replace-form.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { orNotFound, pageParams } from "#lib/routes/page-input.ts";
import { certificateParams } from "#lib/schemas/certificates.ts";
import { getCertificate, getRotation, listReplacements } from "#lib/services/certificates/index.ts";

interface ReplacePageProps {
  params: Promise<unknown>;
}

export async function generateMetadata({ params }: ReplacePageProps): Promise<Metadata> {
  const access = await authorizePage("certificate.read");
  const { certificate: id } = await pageParams(params, certificateParams);
  const [{ name }, t] = await Promise.all([
    orNotFound(getCertificate(access, id)),
    getTranslations("certificateRotation.form"),
  ]);
  return { title: t("title", { name }) };
}

export default async function ReplacePage({ params }: ReplacePageProps) {
  const [access, readAccess] = [
    await authorizePage("certificate.write"),
    await authorizePage("certificate.read"),
  ];
  const { certificate: id } = await pageParams(params, certificateParams);
  const [certificate, rotation] = await orNotFound(
    Promise.all([getCertificate(readAccess, id), getRotation(readAccess, id)]),
  );
  // Opened by an old link: its page says what is going on.
  if (certificate.lists.length === 0 || rotation.overlaps.length > 0)
    redirect(`/settings/certificates/${id}`);
  const [choices, t, tLists, tCertificates] = await Promise.all([
    listReplacements(access, id),
    getTranslations("certificateRotation.form"),
    getTranslations("certificates.lists"),
    getTranslations("certificates"),
  ]);
  return (
    <>
      <PageHeader
        title={t("title", { name: certificate.name })}
        description={t("description", {
          lists: certificate.lists.map((list) => tLists(list)).join(", "),
        })}
        trail={[
          { href: "/settings/certificates", label: tCertificates("title") },
          { href: `/settings/certificates/${id}`, label: certificate.name },
        ]}
      />
      <ReplaceForm
        certificate={{
          ...{ id, name: certificate.name, lists: certificate.lists, notAfter: certificate.notAfter },
        }}
        choices={choices}
        now={new Date().toISOString()}
      />
    </>
  );
}
