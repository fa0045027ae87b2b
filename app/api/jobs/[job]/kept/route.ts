import { defineRoute } from "#lib/routes/define-route.ts";
import { jobParams } from "#lib/schemas/jobs.ts";
import { keptQuery } from "#lib/schemas/pruning.ts";
import { listKept } from "#lib/services/pruning/index.ts";

/** Page<KeptView> */
export const GET = defineRoute({
  permission: "job.read",
  params: jobParams,
  query: keptQuery,
  run: async ({ access, params, query }) => Response.json(await listKept(access, params.job, query)),
});
