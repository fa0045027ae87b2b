"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import { Role } from "#lib/db/generated/enums.ts";
import type { OrganizationChoice } from "#lib/schemas/organizations.ts";

interface RoleFieldsProps {
  initialRole: Role;
  initialOrganizationId: string | null;
  organizations: readonly OrganizationChoice[];
  fieldError: (field: string) => string | undefined;
}

/** The role, and for a tenant administrator the organization. */
export function RoleFields({
  initialRole,
  initialOrganizationId,
  organizations,
  fieldError,
}: RoleFieldsProps) {
  const t = useTranslations("users");
  const tRoles = useTranslations("roles");
  const [role, setRole] = useState<Role>(initialRole);
  return (
    <>
      <Field label={tRoles("role")} help={tRoles(`${role}Help`)} error={fieldError("role")} required>
        {(control) => (
          <Select
            {...control}
            name="role"
            value={role}
            options={Object.values(Role).map((value) => ({ value, label: tRoles(value) }))}
            onChange={(event) => setRole(parseRole(event.target.value) ?? role)}
          />
        )}
      </Field>
      {role === "tenant_admin" && (
        <Field
          label={t("organization")}
          help={organizations.length === 0 ? t("noOrganizations") : t("organizationHelp")}
          error={fieldError("organizationId")}
          required
        >
          {(control) => (
            <Select
              {...control}
              name="organizationId"
              defaultValue={initialOrganizationId ?? ""}
              placeholder={t("chooseOrganization")}
              options={organizations.map(({ id, displayName }) => ({ value: id, label: displayName }))}
            />
          )}
        </Field>
      )}
    </>
  );
}

function parseRole(text: string | undefined): Role | undefined {
  return Object.values(Role).find((role) => role === text);
}

/** What the two fields say; no organization is sent as none. */
export function readRoleFields(fields: Record<string, string>): {
  role: Role;
  organizationId: string | null;
} {
  const organizationId = fields.organizationId ?? "";
  return {
    role: parseRole(fields.role) ?? "auditor",
    organizationId: organizationId === "" ? null : organizationId,
  };
}
