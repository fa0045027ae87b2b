import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { SetupForm } from "#components/sign-in/setup-form.tsx";
import { SignInCard } from "#components/sign-in/sign-in-card.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { isSetUpOpen, isSetupTokenValid } from "#lib/auth/setup-link.ts";
import type { PageSearch } from "#lib/routes/page-input.ts";
import { linkQuery } from "#lib/schemas/account.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("signIn");
  return { title: t("setupTitle") };
}

export default async function SetupPage({ searchParams }: { searchParams: PageSearch }) {
  const { token } = linkQuery.parse(await searchParams);
  const t = await getTranslations("signIn");
  if (!(await isSetUpOpen())) {
    return (
      <SignInCard title={t("setupClosedTitle")} intro={t("setupClosedHint")}>
        <ButtonLink href="/sign-in" variant="primary">
          {t("toSignIn")}
        </ButtonLink>
      </SignInCard>
    );
  }
  if (!(await isSetupTokenValid(token))) {
    return <SignInCard title={t("setupInvalidTitle")} intro={t("setupInvalidHint")} />;
  }
  return (
    <SignInCard title={t("setupTitle")} intro={t("setupIntro")}>
      <SetupForm token={token} />
    </SignInCard>
  );
}
