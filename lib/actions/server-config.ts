"use server";

import { configInput } from "#lib/schemas/server-config.ts";
import { saveConfig } from "#lib/services/server-config/index.ts";
import { defineAction } from "./define-action.ts";

export const saveConfigAction = defineAction({
  permission: "settings.write",
  input: configInput,
  run: saveConfig,
});
