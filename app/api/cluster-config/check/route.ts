import { defineRoute } from "#lib/routes/define-route.ts";
import { readJson } from "#lib/routes/read-body.ts";
import { configCheckInput } from "#lib/schemas/config-check.ts";
import { checkConfig } from "#lib/services/cluster-config/index.ts";

/** CheckedConfig. A question with a body: what is checked is too long for an address, and may have a secret in it. */
export const POST = defineRoute({
  permission: "cluster-config.read",
  run: async ({ access, request }) =>
    Response.json(await checkConfig(access, await readJson(request, configCheckInput))),
});
