import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { AddCertificates } from "#components/add-certificates/add-certificates.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import type { PageSearch } from "#lib/routes/page-input.ts";
import { newCertificatesQuery } from "#lib/schemas/certificates.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("certificates");
  return { title: t("new.title") };
}

export default async function NewCertificatesPage({ searchParams }: { searchParams: PageSearch }) {
  await authorizePage("certificate.write");
  const { server } = newCertificatesQuery.parse(await searchParams);
  const [t, tCommon] = await Promise.all([getTranslations("certificates"), getTranslations("common")]);
  return (
    <>
      <PageHeader
        title={t("new.title")}
        description={t("new.description")}
        trail={[{ href: "/settings/certificates", label: t("title") }]}
      />
      <AddCertificates
        initialServer={server}
        cancel={<ButtonLink href="/settings/certificates">{tCommon("cancel")}</ButtonLink>}
      />
    </>
  );
}
