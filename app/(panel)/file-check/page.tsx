import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { FileCheck } from "#components/file-check/file-check.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("fileCheck");
  return { title: t("title") };
}

export default async function FileCheckPage() {
  await authorizePage("file.check");
  const t = await getTranslations("fileCheck");
  return (
    <>
      <PageHeader title={t("title")} description={t("description")} />
      <FileCheck />
    </>
  );
}
