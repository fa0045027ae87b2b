import { defineRoute } from "#lib/routes/define-route.ts";
import { extrasQuery, jobParams } from "#lib/schemas/jobs.ts";
import { listExtras } from "#lib/services/jobs/index.ts";

/** ExtrasPage */
export const GET = defineRoute({
  permission: "job.read",
  params: jobParams,
  query: extrasQuery,
  run: async ({ access, params, query }) => Response.json(await listExtras(access, params.job, query)),
});
