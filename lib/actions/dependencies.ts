"use server";

import { switchLinesInput } from "#lib/schemas/dependencies.ts";
import { switchLines } from "#lib/services/dependencies/index.ts";
import { defineAction } from "./define-action.ts";

export const switchLinesAction = defineAction({
  permission: "catalog.write",
  input: switchLinesInput,
  run: switchLines,
});
