import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { CertificatesGrid } from "#components/certificates/certificates-grid.tsx";
import { OneSidedWarning } from "#components/certificates/one-sided-warning.tsx";
import { TrustListCard } from "#components/certificates/trust-list-card.tsx";
import { NewLink } from "#components/ui/new-link.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import type { PageSearch } from "#lib/routes/page-input.ts";
import { certificatesQuery, trustLists } from "#lib/schemas/certificates.ts";
import { listCertificates, listOneSided, readTrustLists } from "#lib/services/certificates/index.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("certificates");
  return { title: t("title") };
}

export default async function CertificatesPage({ searchParams }: { searchParams: PageSearch }) {
  const access = await authorizePage("certificate.read");
  const query = certificatesQuery.parse(await searchParams);
  const [page, lists, oneSided, t] = await Promise.all([
    listCertificates(access, query),
    readTrustLists(access),
    listOneSided(access),
    getTranslations("certificates"),
  ]);
  const mayWrite = mayRole(access.role, "certificate.write");
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("description")}
        actions={mayWrite && <NewLink href="/settings/certificates/new">{t("add")}</NewLink>}
      />
      <OneSidedWarning oneSided={oneSided} mayWrite={mayWrite} />
      <div className="grid items-stretch gap-5 xl:grid-cols-3">
        {trustLists.map((list) => (
          <TrustListCard key={list} list={list} entries={lists[list]} mayWrite={mayWrite} />
        ))}
      </div>
      <section className="space-y-3">
        <h2 className="text-base font-semibold">{t("all")}</h2>
        <CertificatesGrid page={page} query={query} mayWrite={mayWrite} />
      </section>
    </>
  );
}
