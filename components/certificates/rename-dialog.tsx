import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { FormDialog } from "#components/forms/form-dialog.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { renameCertificateAction } from "#lib/actions/certificates.ts";

interface RenameDialogProps {
  certificate: { id: string; name: string };
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function RenameDialog({ certificate: { id, name }, open, onOpenChange }: RenameDialogProps) {
  const t = useTranslations("certificates");
  const tCommon = useTranslations("common");
  const router = useRouter();
  const toast = useToast();
  return (
    <FormDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("renameTitle", { name })}
      submitLabel={t("renameConfirm")}
      action={async (fields) => {
        const wanted = fields.name ?? "";
        const result = await renameCertificateAction({ certificateId: id, name: wanted });
        return result.ok ? { ok: true as const, value: wanted.trim() } : result;
      }}
      onDone={(renamed) => {
        toast({ status: "success", title: t("done.rename", { name: renamed }) });
        router.refresh();
      }}
    >
      {(fieldError) => (
        <TextField
          name="name"
          label={tCommon("name")}
          help={t("nameHelp")}
          error={fieldError("name")}
          required
          verbatim
          defaultValue={name}
          maxLength={247}
          className="font-mono"
        />
      )}
    </FormDialog>
  );
}
