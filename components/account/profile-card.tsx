import { useTranslations } from "next-intl";
import { Card } from "#components/ui/card.tsx";
import { DescriptionList } from "#components/ui/description-list.tsx";
import { DateTime } from "#components/ui/time.tsx";
import type { Account } from "#lib/schemas/account.ts";

export function ProfileCard({ account }: { account: Account }) {
  const t = useTranslations("account");
  const tRoles = useTranslations("roles");
  const { username, displayName, role, organization, createdAt } = account;
  return (
    <Card title={t("profile")}>
      <DescriptionList
        items={[
          { label: t("username"), value: username },
          { label: t("displayName"), value: displayName },
          {
            label: tRoles("role"),
            value: (
              <>
                {tRoles(role)}
                <span className="block text-xs text-muted">{tRoles(`${role}Help`)}</span>
              </>
            ),
          },
          { label: t("organization"), value: organization?.displayName ?? t("allOrganizations") },
          { label: t("created"), value: <DateTime value={createdAt} /> },
        ]}
      />
    </Card>
  );
}
