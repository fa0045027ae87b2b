"use client";

import { ListPlus, Pencil, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { type CertificateRow, trustLists } from "#lib/schemas/certificates.ts";
import { DeleteCertificateDialog } from "./delete-certificate-dialog.tsx";
import { PutIntoDialog } from "./put-into-dialog.tsx";
import { RenameDialog } from "./rename-dialog.tsx";

/** The buttons of a certificate's page. */
export function CertificateActions({
  certificate,
}: {
  certificate: Pick<CertificateRow, "id" | "name" | "lists">;
}) {
  const t = useTranslations("certificates");
  const tCommon = useTranslations("common");
  const router = useRouter();
  const [putting, setPutting] = useState(false);
  const [renaming, setRenaming] = useState(false);
  const [deleting, setDeleting] = useState(false);
  return (
    <>
      {certificate.lists.length < trustLists.length && (
        <Button icon={<ListPlus aria-hidden />} onClick={() => setPutting(true)}>
          {t("putInto")}
        </Button>
      )}
      <Button icon={<Pencil aria-hidden />} onClick={() => setRenaming(true)}>
        {t("rename")}
      </Button>
      <Button variant="danger-outline" icon={<Trash2 aria-hidden />} onClick={() => setDeleting(true)}>
        {tCommon("delete")}
      </Button>
      <PutIntoDialog certificate={certificate} open={putting} onOpenChange={setPutting} />
      <RenameDialog certificate={certificate} open={renaming} onOpenChange={setRenaming} />
      <DeleteCertificateDialog
        certificate={certificate}
        open={deleting}
        onOpenChange={setDeleting}
        onDone={() => router.push("/settings/certificates")}
      />
    </>
  );
}
