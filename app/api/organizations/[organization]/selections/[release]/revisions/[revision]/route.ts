import { defineRoute } from "#lib/routes/define-route.ts";
import { revisionParams } from "#lib/schemas/selections.ts";
import { getRevisionChanges } from "#lib/services/selections/index.ts";

/** RevisionChanges: what a revision turned on and off. */
export const GET = defineRoute({
  permission: "selection.read",
  params: revisionParams,
  run: async ({ access, params }) => Response.json(await getRevisionChanges(access, params)),
});
