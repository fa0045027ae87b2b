import { defineRoute } from "#lib/routes/define-route.ts";
import { readJson } from "#lib/routes/read-body.ts";
import { configInput } from "#lib/schemas/server-config.ts";
import { checkConfig } from "#lib/services/server-config/index.ts";

/** The run that examines what clusters would pull from. As large as what is previewed. */
export const POST = defineRoute({
  permission: "settings.write",
  run: async ({ access, request }) =>
    Response.json(await checkConfig(access, await readJson(request, configInput))),
});
