"use server";

import { saveConfigInput } from "#lib/schemas/server-config.ts";
import { saveConfig } from "#lib/services/server-config/index.ts";
import { defineAction } from "./define-action.ts";

export const saveConfigAction = defineAction({
  permission: "settings.write",
  input: saveConfigInput,
  run: saveConfig,
});
