import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { redirect } from "next/navigation";
import { SignInCard } from "#components/sign-in/sign-in-card.tsx";
import { SignInForm } from "#components/sign-in/sign-in-form.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { findViewer } from "#lib/auth/authorize.ts";
import { isSetUpOpen } from "#lib/auth/setup-link.ts";
import type { PageSearch } from "#lib/routes/page-input.ts";
import { signInQuery } from "#lib/schemas/account.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("signIn");
  return { title: t("title") };
}

export default async function SignInPage({ searchParams }: { searchParams: PageSearch }) {
  const { next } = signInQuery.parse(await searchParams);
  if (await findViewer()) redirect(next);
  const t = await getTranslations("signIn");
  return (
    <SignInCard title={t("title")} intro={t("tagline")}>
      {(await isSetUpOpen()) && (
        <Alert status="info" live="off" title={t("noAccountTitle")}>
          {t("noAccountHint")}
        </Alert>
      )}
      <SignInForm next={next} />
      <p className="border-t border-line pt-4 text-xs text-muted">{t("forgot")}</p>
    </SignInCard>
  );
}
