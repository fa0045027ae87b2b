import { defineRoute } from "#lib/routes/define-route.ts";
import { releaseParams } from "#lib/schemas/releases.ts";
import { listPlacementChanges } from "#lib/services/releases/index.ts";

/** PlacementChange[]: what the rules as they are now would change. */
export const GET = defineRoute({
  permission: "catalog.read",
  params: releaseParams,
  run: async ({ access, params }) => Response.json(await listPlacementChanges(access, params.release)),
});
