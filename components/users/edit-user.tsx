"use client";

import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { FormDialog } from "#components/forms/form-dialog.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { updateUserAction } from "#lib/actions/users.ts";
import type { OrganizationChoice } from "#lib/schemas/organizations.ts";
import type { UserRow } from "#lib/schemas/users.ts";
import { readRoleFields, RoleFields } from "./role-fields.tsx";

interface EditUserProps {
  user: UserRow;
  organizations: readonly OrganizationChoice[];
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function EditUser({ user, organizations, open, onOpenChange }: EditUserProps) {
  const t = useTranslations("users");
  const tCommon = useTranslations("common");
  const router = useRouter();
  const toast = useToast();
  const { id, username, role, isSelf } = user;
  const organizationId = user.organization?.id ?? null;
  // The user's own organization stays a choice while it is disabled.
  const choices =
    user.organization === null || organizations.some((choice) => choice.id === organizationId)
      ? organizations
      : [user.organization, ...organizations];
  return (
    <FormDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("editTitle", { name: username })}
      submitLabel={tCommon("save")}
      action={(fields) =>
        updateUserAction({
          id,
          displayName: fields.displayName ?? "",
          ...(isSelf ? { role, organizationId } : readRoleFields(fields)),
        })
      }
      onDone={() => {
        toast({ status: "success", title: t("savedToast", { name: username }) });
        router.refresh();
      }}
    >
      {(fieldError) => (
        <>
          <TextField
            name="displayName"
            label={t("displayName")}
            error={fieldError("displayName")}
            required
            autoComplete="off"
            defaultValue={user.displayName}
          />
          {isSelf ? (
            <Alert status="info" live="off">
              {t("ownRole")}
            </Alert>
          ) : (
            <RoleFields
              initialRole={role}
              initialOrganizationId={organizationId}
              organizations={choices}
              fieldError={fieldError}
            />
          )}
        </>
      )}
    </FormDialog>
  );
}
