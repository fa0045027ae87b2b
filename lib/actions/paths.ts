"use server";

import { placeReleaseInput, saveRewritesInput, saveRulesInput } from "#lib/schemas/paths.ts";
import { saveRewrites, saveRules } from "#lib/services/paths/index.ts";
import { arrangeRelease } from "#lib/services/releases/index.ts";
import { defineAction } from "./define-action.ts";

export const saveRewritesAction = defineAction({
  permission: "catalog.write",
  input: saveRewritesInput,
  run: saveRewrites,
});

export const saveRulesAction = defineAction({
  permission: "catalog.write",
  input: saveRulesInput,
  run: saveRules,
});

export const arrangeReleaseAction = defineAction({
  permission: "catalog.write",
  input: placeReleaseInput,
  run: arrangeRelease,
});
