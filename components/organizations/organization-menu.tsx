"use client";

import { CircleCheck, CircleSlash, Pencil } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { MenuItem, MenuSeparator, RowMenu } from "#components/ui/menu.tsx";
import type { OrganizationRow } from "#lib/schemas/organizations.ts";
import { RenameOrganization } from "./rename-organization.tsx";
import { DisableOrganization, useEnableOrganization } from "./toggle-organization.tsx";

/** What can be done with one organization of the list. */
export function OrganizationMenu({ organization }: { organization: OrganizationRow }) {
  const t = useTranslations("organizations");
  const tCommon = useTranslations("common");
  const [dialog, setDialog] = useState<"rename" | "disable" | null>(null);
  const enable = useEnableOrganization(organization);
  const close = () => setDialog(null);
  return (
    <>
      <RowMenu label={tCommon("moreActionsFor", { name: organization.displayName })}>
        <MenuItem icon={<Pencil aria-hidden />} onSelect={() => setDialog("rename")}>
          {t("edit")}
        </MenuItem>
        <MenuSeparator />
        {organization.isEnabled ? (
          <MenuItem icon={<CircleSlash aria-hidden />} destructive onSelect={() => setDialog("disable")}>
            {t("disable")}
          </MenuItem>
        ) : (
          <MenuItem icon={<CircleCheck aria-hidden />} onSelect={enable}>
            {t("enable")}
          </MenuItem>
        )}
      </RowMenu>
      <RenameOrganization organization={organization} open={dialog === "rename"} onOpenChange={close} />
      <DisableOrganization organization={organization} open={dialog === "disable"} onOpenChange={close} />
    </>
  );
}
