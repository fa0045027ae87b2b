import { defineRoute } from "#lib/routes/define-route.ts";
import { jobParams } from "#lib/schemas/jobs.ts";
import { getPruneSummary } from "#lib/services/pruning/index.ts";

/** PruneSummary */
export const GET = defineRoute({
  permission: "job.read",
  params: jobParams,
  run: async ({ access, params }) => Response.json(await getPruneSummary(access, params.job)),
});
