import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { LanguageCard } from "#components/account/language-card.tsx";
import { PasswordCard } from "#components/account/password-card.tsx";
import { ProfileCard } from "#components/account/profile-card.tsx";
import { SessionsCard } from "#components/account/sessions-card.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { getAccount } from "#lib/services/account.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("account");
  return { title: t("title") };
}

export default async function AccountPage() {
  const account = await getAccount(await authorizePage("account.read"));
  const t = await getTranslations("account");
  return (
    <>
      <PageHeader title={t("title")} />
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <div className="space-y-5">
          <ProfileCard account={account} />
          <LanguageCard />
        </div>
        <PasswordCard username={account.username} />
      </div>
      <SessionsCard sessions={account.sessions} />
    </>
  );
}
