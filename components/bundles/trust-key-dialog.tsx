import { useTranslations } from "next-intl";
import { FormDialog } from "#components/forms/form-dialog.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { trustKeyAction } from "#lib/actions/bundles.ts";
import { useBundlesChanged } from "./bundles-query.ts";
import { Fingerprint } from "./fingerprint.tsx";

interface TrustKeyDialogProps {
  bundleId: string;
  fingerprint: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Takes a key for its owner's, under a name; whoever says so has compared the fingerprint. */
export function TrustKeyDialog({ bundleId, fingerprint, open, onOpenChange }: TrustKeyDialogProps) {
  const t = useTranslations("bundles.key");
  const toast = useToast();
  const changed = useBundlesChanged();
  return (
    <FormDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("trustTitle")}
      description={t("trustHelp")}
      submitLabel={t("trust")}
      action={({ name = "" }) => trustKeyAction({ bundleId, fingerprint, name })}
      onDone={() => {
        toast({ status: "success", title: t("trusted") });
        changed();
      }}
    >
      {(fieldError) => (
        <>
          <div className="space-y-1">
            <p className="text-compact font-medium">{t("fingerprint")}</p>
            <Fingerprint value={fingerprint} />
          </div>
          <Alert status="warning" live="off">
            {t("compare")}
          </Alert>
          <TextField
            label={t("name")}
            help={t("nameHelp")}
            error={fieldError("name")}
            name="name"
            required
            maxLength={100}
            autoComplete="off"
          />
        </>
      )}
    </FormDialog>
  );
}
