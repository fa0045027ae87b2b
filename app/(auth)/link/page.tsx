import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { LinkForm } from "#components/sign-in/link-form.tsx";
import { SignInCard } from "#components/sign-in/sign-in-card.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { DescriptionList } from "#components/ui/description-list.tsx";
import { findSignInLinkUser } from "#lib/auth/sign-in-link.ts";
import type { PageSearch } from "#lib/routes/page-input.ts";
import { linkQuery } from "#lib/schemas/account.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("signIn");
  return { title: t("linkTitle") };
}

export default async function LinkPage({ searchParams }: { searchParams: PageSearch }) {
  const { token } = linkQuery.parse(await searchParams);
  const [user, t, tRoles] = await Promise.all([
    findSignInLinkUser(token),
    getTranslations("signIn"),
    getTranslations("roles"),
  ]);
  if (!user) {
    return (
      <SignInCard title={t("linkInvalidTitle")} intro={t("linkInvalidHint")}>
        <ButtonLink href="/sign-in" variant="primary">
          {t("toSignIn")}
        </ButtonLink>
      </SignInCard>
    );
  }
  const { username, displayName, role, organization } = user;
  return (
    <SignInCard title={t("linkTitle")} intro={t("linkIntro", { name: displayName })}>
      <DescriptionList
        items={[
          { label: t("username"), value: username },
          { label: tRoles("role"), value: tRoles(role) },
          ...(organization ? [{ label: t("organization"), value: organization.displayName }] : []),
        ]}
      />
      <LinkForm token={token} username={username} />
    </SignInCard>
  );
}
