"use server";

import { releaseInput } from "#lib/schemas/releases.ts";
import { deleteRelease } from "#lib/services/releases/index.ts";
import { defineAction } from "./define-action.ts";

export const deleteReleaseAction = defineAction({
  permission: "catalog.write",
  input: releaseInput,
  run: (access, { id }) => deleteRelease(access, id),
});
