import { z } from "zod";
import { displayName } from "./account.ts";
import { listQuery } from "./list-query.ts";

/** As Cloud Director names it: it stands in addresses of the panel. */
const organizationName = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/, "name-format");

export const createOrganizationInput = z.object({ name: organizationName, displayName });
export type CreateOrganizationInput = z.output<typeof createOrganizationInput>;

export const renameOrganizationInput = z.object({ id: z.uuid(), displayName });
export type RenameOrganizationInput = z.output<typeof renameOrganizationInput>;

export const setOrganizationEnabledInput = z.object({ id: z.uuid(), enabled: z.boolean() });
export type SetOrganizationEnabledInput = z.output<typeof setOrganizationEnabledInput>;

/** `/organizations/[organization]` */
export const organizationParams = z.object({ organization: organizationName });

/** Whether an organization or a user may be used; as a filter, empty means both. */
export const enabledFilter = z.enum(["enabled", "disabled", ""]).catch("");

export const organizationListQuery = listQuery(["name", "displayName", "users", "createdAt"]).extend({
  state: enabledFilter,
});
export type OrganizationListQuery = z.output<typeof organizationListQuery>;

export interface OrganizationRow {
  id: string;
  name: string;
  displayName: string;
  isEnabled: boolean;
  userCount: number;
  registryCount: number;
  jobCount: number;
  createdAt: string;
}

/** An organization to choose from, in a form or a filter. */
export interface OrganizationChoice {
  id: string;
  name: string;
  displayName: string;
}
