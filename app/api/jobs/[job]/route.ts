import { defineRoute } from "#lib/routes/define-route.ts";
import { jobParams } from "#lib/schemas/jobs.ts";
import { getSnapshot } from "#lib/services/jobs/index.ts";

/** JobSnapshot: what the event stream sends, for those it does not reach. */
export const GET = defineRoute({
  permission: "job.read",
  params: jobParams,
  run: async ({ access, params }) => Response.json(await getSnapshot(access, params.job)),
});
