import { defineRoute } from "#lib/routes/define-route.ts";
import { readJson } from "#lib/routes/read-body.ts";
import { configInput } from "#lib/schemas/server-config.ts";
import { previewConfig } from "#lib/services/server-config/index.ts";

/** ConfigPreview. A question with a body: a document is too long for an address, and may have a secret in it. */
export const POST = defineRoute({
  permission: "settings.write",
  run: async ({ access, request }) =>
    Response.json(await previewConfig(access, await readJson(request, configInput))),
});
