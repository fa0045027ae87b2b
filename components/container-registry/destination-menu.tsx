"use client";

import { ExternalLink, Pencil } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { MenuItem, RowMenu } from "#components/ui/menu.tsx";
import type { OrganizationDestinationRow } from "#lib/schemas/container-registry.ts";
import { PrivateDestination } from "./private-destination.tsx";

/** What can be done with where an organization publishes to. */
export function DestinationMenu({ organization }: { organization: OrganizationDestinationRow }) {
  const t = useTranslations("containerRegistry");
  const tCommon = useTranslations("common");
  const router = useRouter();
  const [open, setOpen] = useState(false);
  return (
    <>
      <RowMenu label={tCommon("moreActionsFor", { name: organization.displayName })}>
        <MenuItem icon={<Pencil aria-hidden />} onSelect={() => setOpen(true)}>
          {t("change")}
        </MenuItem>
        <MenuItem
          icon={<ExternalLink aria-hidden />}
          onSelect={() => router.push(`/organizations/${organization.name}/offer`)}
        >
          {t("openOffer")}
        </MenuItem>
      </RowMenu>
      {open && <PrivateDestination organization={organization} onClose={() => setOpen(false)} />}
    </>
  );
}
