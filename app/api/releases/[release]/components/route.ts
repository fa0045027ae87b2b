import { defineRoute } from "#lib/routes/define-route.ts";
import { releaseParams } from "#lib/schemas/releases.ts";
import { listComponentChoices } from "#lib/services/releases/index.ts";

/** ComponentChoice[]: all of a release, to choose from. */
export const GET = defineRoute({
  permission: "catalog.read",
  params: releaseParams,
  run: async ({ access, params }) => Response.json(await listComponentChoices(access, params.release)),
});
