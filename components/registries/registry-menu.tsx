"use client";

import { Pencil, PlugZap, Stethoscope, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { MenuItem, MenuLink, MenuSeparator, RowMenu } from "#components/ui/menu.tsx";
import { formatExamineHref } from "#lib/schemas/doctor.ts";
import { DeleteRegistryDialog } from "./delete-registry-dialog.tsx";
import { useProbe } from "./use-probe.ts";

/** What can be done with one registry of the list. */
export function RegistryMenu({ id, name }: { id: string; name: string }) {
  const t = useTranslations("registries");
  const tCommon = useTranslations("common");
  const tDoctor = useTranslations("doctor");
  const [deleting, setDeleting] = useState(false);
  const { probe } = useProbe(id, name);
  return (
    <>
      <RowMenu label={tCommon("moreActionsFor", { name })}>
        <MenuItem icon={<PlugZap aria-hidden />} onSelect={probe}>
          {t("probe")}
        </MenuItem>
        <MenuLink icon={<Stethoscope aria-hidden />} href={formatExamineHref({ registry: id })}>
          {tDoctor("examineRegistry")}
        </MenuLink>
        <MenuLink icon={<Pencil aria-hidden />} href={`/registries/${id}/edit`}>
          {tCommon("edit")}
        </MenuLink>
        <MenuSeparator />
        <MenuItem icon={<Trash2 aria-hidden />} destructive onSelect={() => setDeleting(true)}>
          {tCommon("delete")}
        </MenuItem>
      </RowMenu>
      <DeleteRegistryDialog id={id} name={name} open={deleting} onOpenChange={setDeleting} />
    </>
  );
}
