import { z } from "zod";
import { Role } from "#lib/db/generated/enums.ts";
import { displayName, username } from "./account.ts";
import { listQuery } from "./list-query.ts";
import { enabledFilter, type OrganizationChoice } from "./organizations.ts";

/** Tenant administrators belong to one organization, the others to none. */
const roleShape = { role: z.enum(Role), organizationId: z.uuid().nullable() };

function requireFittingOrganization(
  input: { role: Role; organizationId: string | null },
  context: {
    addIssue: (issue: {
      code: "custom";
      path: string[];
      message: "organization-needed" | "organization-not-allowed";
    }) => void;
  },
): void {
  const path = ["organizationId"];
  if (input.role === "tenant_admin" && input.organizationId === null) {
    context.addIssue({ code: "custom", path, message: "organization-needed" });
  }
  if (input.role !== "tenant_admin" && input.organizationId !== null) {
    context.addIssue({ code: "custom", path, message: "organization-not-allowed" });
  }
}

export const createUserInput = z
  .object({ username, displayName, ...roleShape })
  .superRefine(requireFittingOrganization);
export type CreateUserInput = z.output<typeof createUserInput>;

export const updateUserInput = z
  .object({ id: z.uuid(), displayName, ...roleShape })
  .superRefine(requireFittingOrganization);
export type UpdateUserInput = z.output<typeof updateUserInput>;

export const setUserEnabledInput = z.object({ id: z.uuid(), enabled: z.boolean() });
export type SetUserEnabledInput = z.output<typeof setUserEnabledInput>;

export const userId = z.object({ id: z.uuid() });

export const userListQuery = listQuery([
  "username",
  "displayName",
  "role",
  "organization",
  "lastSignInAt",
  "createdAt",
]).extend({
  role: z.enum(["", ...Object.values(Role)]).catch(""),
  organization: z.union([z.literal(""), z.uuid()]).catch(""),
  state: enabledFilter,
});
export type UserListQuery = z.output<typeof userListQuery>;

export interface UserRow {
  id: string;
  username: string;
  displayName: string;
  role: Role;
  organization: (OrganizationChoice & { isEnabled: boolean }) | null;
  isEnabled: boolean;
  /** Without a password the user waits for a one-time link to be used. */
  hasPassword: boolean;
  /** When the one-time link that waits to be used stops working. */
  linkExpiresAt: string | null;
  lastSignInAt: string | null;
  /** The person who looks. */
  isSelf: boolean;
}

/** Shown once: only its hash is stored. */
export interface UserLink {
  username: string;
  url: string;
  expiresAt: string;
}
