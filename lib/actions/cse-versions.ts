"use server";

import { saveCseVersionsInput } from "#lib/schemas/cse-versions.ts";
import { saveCseVersions } from "#lib/services/cse-versions/index.ts";
import { defineAction } from "./define-action.ts";

export const saveCseVersionsAction = defineAction({
  permission: "catalog.write",
  input: saveCseVersionsInput,
  run: saveCseVersions,
});
