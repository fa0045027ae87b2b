import { defineRoute } from "#lib/routes/define-route.ts";
import { jobParams } from "#lib/schemas/jobs.ts";
import { listFailures } from "#lib/services/jobs/index.ts";

/** FailureGroup[] */
export const GET = defineRoute({
  permission: "job.read",
  params: jobParams,
  run: async ({ access, params }) => Response.json(await listFailures(access, params.job)),
});
