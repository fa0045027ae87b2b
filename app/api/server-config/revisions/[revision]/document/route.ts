import { defineRoute } from "#lib/routes/define-route.ts";
import { textResponse } from "#lib/routes/text-response.ts";
import { revisionParams } from "#lib/schemas/server-config.ts";
import { downloadRevision } from "#lib/services/server-config/index.ts";

/** The entity as it is put into Cloud Director, without its secrets. */
export const GET = defineRoute({
  permission: "settings.read",
  params: revisionParams,
  run: async ({ access, params }) => textResponse(await downloadRevision(access, params)),
});
