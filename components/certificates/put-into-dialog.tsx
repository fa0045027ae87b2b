import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { FormDialog } from "#components/forms/form-dialog.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { putIntoListsAction } from "#lib/actions/certificates.ts";
import type { TrustList } from "#lib/db/generated/enums.ts";
import { type CertificateRow, trustLists } from "#lib/schemas/certificates.ts";
import { ListsField } from "./lists-field.tsx";
import { useRevisionText } from "./use-revision-text.ts";

interface PutIntoDialogProps {
  certificate: Pick<CertificateRow, "id" | "name" | "lists">;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Lists for a certificate that is known; both of the CSE server's are chosen beforehand. */
export function PutIntoDialog({ certificate, open, onOpenChange }: PutIntoDialogProps) {
  const t = useTranslations("certificates");
  const router = useRouter();
  const toast = useToast();
  const revisionText = useRevisionText();
  const { id, name, lists: standing } = certificate;
  const [chosen, setChosen] = useState<TrustList[] | null>(null);
  const lists = chosen ?? trustLists.filter((list) => list !== "panel" && !standing.includes(list));
  return (
    <FormDialog
      open={open}
      onOpenChange={(next) => {
        setChosen(null);
        onOpenChange(next);
      }}
      title={t("putIntoTitle", { name })}
      submitLabel={t("putIntoConfirm")}
      action={() => putIntoListsAction({ certificateIds: [id], lists })}
      onDone={({ revision }) => {
        toast({ status: "success", title: t("done.putInto", { name }), ...revisionText(revision) });
        router.refresh();
      }}
    >
      {(fieldError) => (
        <>
          <ListsField
            legend={t("new.listsLegend")}
            help={t("putIntoHelp")}
            lists={lists}
            standing={standing}
            onChange={setChosen}
          />
          {fieldError("lists") !== undefined && (
            <p role="alert" className="text-xs text-danger">
              {t("chooseLists")}
            </p>
          )}
        </>
      )}
    </FormDialog>
  );
}
