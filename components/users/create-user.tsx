"use client";

import { UserPlus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { FormDialog } from "#components/forms/form-dialog.tsx";
import { Button } from "#components/ui/button.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { createUserAction } from "#lib/actions/users.ts";
import type { OrganizationChoice } from "#lib/schemas/organizations.ts";
import type { UserLink } from "#lib/schemas/users.ts";
import { LinkDialog } from "./link-dialog.tsx";
import { readRoleFields, RoleFields } from "./role-fields.tsx";

interface CreateUserProps {
  organizations: readonly OrganizationChoice[];
  /** Given where the new user shall belong to this organization. */
  organizationId?: string;
}

/** The button, the form it opens, and the new user's link, which is shown once. */
export function CreateUser({ organizations, organizationId }: CreateUserProps) {
  const t = useTranslations("users");
  const [open, setOpen] = useState(false);
  const [link, setLink] = useState<UserLink | null>(null);
  const router = useRouter();
  return (
    <>
      <Button variant="primary" icon={<UserPlus aria-hidden />} onClick={() => setOpen(true)}>
        {t("new")}
      </Button>
      <FormDialog
        open={open}
        onOpenChange={setOpen}
        title={t("new")}
        submitLabel={t("create")}
        action={(fields) =>
          createUserAction({
            username: fields.username ?? "",
            displayName: fields.displayName ?? "",
            ...readRoleFields(fields),
          })
        }
        onDone={(created) => {
          setLink(created);
          router.refresh();
        }}
      >
        {(fieldError) => (
          <>
            <TextField
              name="username"
              label={t("username")}
              help={t("usernameHelp")}
              error={fieldError("username")}
              required
              verbatim
              autoComplete="off"
            />
            <TextField
              name="displayName"
              label={t("displayName")}
              error={fieldError("displayName")}
              required
              autoComplete="off"
            />
            <RoleFields
              initialRole="tenant_admin"
              initialOrganizationId={organizationId ?? null}
              organizations={organizations}
              fieldError={fieldError}
            />
          </>
        )}
      </FormDialog>
      <LinkDialog link={link} onClose={() => setLink(null)} />
    </>
  );
}
