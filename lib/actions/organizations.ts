"use server";

import {
  createOrganizationInput,
  renameOrganizationInput,
  setOrganizationEnabledInput,
} from "#lib/schemas/organizations.ts";
import {
  createOrganization,
  renameOrganization,
  setOrganizationEnabled,
} from "#lib/services/organizations.ts";
import { defineAction } from "./define-action.ts";

export const createOrganizationAction = defineAction({
  permission: "organization.write",
  input: createOrganizationInput,
  run: createOrganization,
});

export const renameOrganizationAction = defineAction({
  permission: "organization.write",
  input: renameOrganizationInput,
  run: renameOrganization,
});

export const setOrganizationEnabledAction = defineAction({
  permission: "organization.write",
  input: setOrganizationEnabledInput,
  run: setOrganizationEnabled,
});
