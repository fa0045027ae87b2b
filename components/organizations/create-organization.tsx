"use client";

import { Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { FormDialog } from "#components/forms/form-dialog.tsx";
import { Button } from "#components/ui/button.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { createOrganizationAction } from "#lib/actions/organizations.ts";

/** The button, and the dialog it opens. */
export function CreateOrganization() {
  const t = useTranslations("organizations");
  const [open, setOpen] = useState(false);
  const router = useRouter();
  const toast = useToast();
  return (
    <>
      <Button variant="primary" icon={<Plus aria-hidden />} onClick={() => setOpen(true)}>
        {t("new")}
      </Button>
      <FormDialog
        open={open}
        onOpenChange={setOpen}
        title={t("new")}
        submitLabel={t("create")}
        action={({ name = "", displayName = "" }) => createOrganizationAction({ name, displayName })}
        onDone={({ name }) => {
          toast({ status: "success", title: t("createdToast", { name }) });
          router.push(`/organizations/${name}`);
        }}
      >
        {(fieldError) => (
          <>
            <TextField
              name="name"
              label={t("name")}
              help={t("nameHelp")}
              error={fieldError("name")}
              required
              verbatim
              autoComplete="off"
            />
            <TextField
              name="displayName"
              label={t("displayName")}
              help={t("displayNameHelp")}
              error={fieldError("displayName")}
              required
              autoComplete="off"
            />
          </>
        )}
      </FormDialog>
    </>
  );
}
