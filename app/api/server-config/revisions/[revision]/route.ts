import { defineRoute } from "#lib/routes/define-route.ts";
import { revisionParams } from "#lib/schemas/server-config.ts";
import { getRevisionDifference } from "#lib/services/server-config/index.ts";

/** ShownDifference, against the revision before. */
export const GET = defineRoute({
  permission: "settings.read",
  params: revisionParams,
  run: async ({ access, params }) => Response.json(await getRevisionDifference(access, params)),
});
