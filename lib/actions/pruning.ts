"use server";
import { startPruneInput } from "#lib/schemas/pruning.ts";
import { startPrune } from "#lib/services/pruning/index.ts";
import { defineAction } from "./define-action.ts";

export const startPruneAction = defineAction({
  permission: "prune.start",
  input: startPruneInput,
  run: startPrune,
});
