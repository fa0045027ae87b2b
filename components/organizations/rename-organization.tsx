"use client";

import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { FormDialog } from "#components/forms/form-dialog.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { renameOrganizationAction } from "#lib/actions/organizations.ts";
import type { OrganizationRow } from "#lib/schemas/organizations.ts";

interface RenameOrganizationProps {
  organization: Pick<OrganizationRow, "id" | "name" | "displayName">;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function RenameOrganization({ organization, open, onOpenChange }: RenameOrganizationProps) {
  const t = useTranslations("organizations");
  const tCommon = useTranslations("common");
  const router = useRouter();
  const toast = useToast();
  const { id, name } = organization;
  return (
    <FormDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("editTitle", { name })}
      submitLabel={tCommon("save")}
      action={({ displayName = "" }) => renameOrganizationAction({ id, displayName })}
      onDone={() => {
        toast({ status: "success", title: t("savedToast", { name }) });
        router.refresh();
      }}
    >
      {(fieldError) => (
        <TextField
          name="displayName"
          label={t("displayName")}
          help={t("displayNameHelp")}
          error={fieldError("displayName")}
          required
          autoComplete="off"
          defaultValue={organization.displayName}
        />
      )}
    </FormDialog>
  );
}
