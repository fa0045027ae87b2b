"use client";

import { ExternalLink, Pencil } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { MenuItem, MenuLink, RowMenu } from "#components/ui/menu.tsx";
import type { OrganizationDestinationRow } from "#lib/schemas/container-registry.ts";
import { PrivateDestination } from "./private-destination.tsx";

/** What can be done with where an organization publishes to. */
export function DestinationMenu({ organization }: { organization: OrganizationDestinationRow }) {
  const t = useTranslations("containerRegistry");
  const tCommon = useTranslations("common");
  const [open, setOpen] = useState(false);
  return (
    <>
      <RowMenu label={tCommon("moreActionsFor", { name: organization.displayName })}>
        <MenuItem icon={<Pencil aria-hidden />} onSelect={() => setOpen(true)}>
          {t("change")}
        </MenuItem>
        <MenuLink icon={<ExternalLink aria-hidden />} href={`/organizations/${organization.name}/offer`}>
          {t("openOffer")}
        </MenuLink>
      </RowMenu>
      {open && <PrivateDestination organization={organization} onClose={() => setOpen(false)} />}
    </>
  );
}
