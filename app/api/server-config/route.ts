import { defineRoute } from "#lib/routes/define-route.ts";
import { readJson } from "#lib/routes/read-body.ts";
import { saveConfigInput } from "#lib/schemas/server-config.ts";
import { saveConfig } from "#lib/services/server-config/index.ts";

/** SavedConfig. For documents that are imported: actions take less than one may have. */
export const POST = defineRoute({
  permission: "settings.write",
  run: async ({ access, request }) =>
    Response.json(await saveConfig(access, await readJson(request, saveConfigInput))),
});
