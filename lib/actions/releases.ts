"use server";

import { findReleaseInput, refreshReleaseInput } from "#lib/schemas/discoveries.ts";
import { releaseInput } from "#lib/schemas/releases.ts";
import { deleteRelease, findRelease, refreshRelease } from "#lib/services/releases/index.ts";
import { defineAction } from "./define-action.ts";

export const findReleaseAction = defineAction({
  permission: "catalog.write",
  input: findReleaseInput,
  run: findRelease,
});

export const refreshReleaseAction = defineAction({
  permission: "catalog.write",
  input: refreshReleaseInput,
  run: refreshRelease,
});

export const deleteReleaseAction = defineAction({
  permission: "catalog.write",
  input: releaseInput,
  run: (access, { id }) => deleteRelease(access, id),
});
