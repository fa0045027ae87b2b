import { defineRoute } from "#lib/routes/define-route.ts";
import { jobParams } from "#lib/schemas/jobs.ts";
import { deletionsQuery } from "#lib/schemas/pruning.ts";
import { listDeletions } from "#lib/services/pruning/index.ts";

/** Page<DeletionView> */
export const GET = defineRoute({
  permission: "job.read",
  params: jobParams,
  query: deletionsQuery,
  run: async ({ access, params, query }) => Response.json(await listDeletions(access, params.job, query)),
});
