"use client";

import { ListPlus, Pencil, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { MenuItem, MenuSeparator, RowMenu } from "#components/ui/menu.tsx";
import { type CertificateRow, trustLists } from "#lib/schemas/certificates.ts";
import { DeleteCertificateDialog } from "./delete-certificate-dialog.tsx";
import { PutIntoDialog } from "./put-into-dialog.tsx";
import { RenameDialog } from "./rename-dialog.tsx";

type Opened = "putInto" | "rename" | "delete";

/** What can be done with one certificate of the store. */
export function CertificateMenu({
  certificate,
}: {
  certificate: Pick<CertificateRow, "id" | "name" | "lists">;
}) {
  const t = useTranslations("certificates");
  const tCommon = useTranslations("common");
  const [opened, setOpened] = useState<Opened | null>(null);
  const control = (which: Opened) => ({
    ...{ certificate, open: opened === which },
    onOpenChange: (open: boolean) => setOpened(open ? which : null),
  });
  return (
    <>
      <RowMenu label={tCommon("moreActionsFor", { name: certificate.name })}>
        <MenuItem
          icon={<ListPlus aria-hidden />}
          disabled={certificate.lists.length === trustLists.length}
          onSelect={() => setOpened("putInto")}
        >
          {t("putInto")}
        </MenuItem>
        <MenuItem icon={<Pencil aria-hidden />} onSelect={() => setOpened("rename")}>
          {t("rename")}
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={<Trash2 aria-hidden />} destructive onSelect={() => setOpened("delete")}>
          {tCommon("delete")}
        </MenuItem>
      </RowMenu>
      <PutIntoDialog {...control("putInto")} />
      <RenameDialog {...control("rename")} />
      <DeleteCertificateDialog {...control("delete")} />
    </>
  );
}
