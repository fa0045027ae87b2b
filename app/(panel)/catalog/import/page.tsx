import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ImportForm } from "#components/catalog/import-form.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("catalog");
  return { title: t("importTitle") };
}

export default async function ImportReleasePage() {
  await authorizePage("catalog.write");
  const [t, tCommon] = await Promise.all([getTranslations("catalog"), getTranslations("common")]);
  return (
    <>
      <PageHeader title={t("importTitle")} trail={[{ href: "/catalog", label: t("title") }]} />
      <ImportForm cancel={<ButtonLink href="/catalog">{tCommon("cancel")}</ButtonLink>} />
    </>
  );
}
