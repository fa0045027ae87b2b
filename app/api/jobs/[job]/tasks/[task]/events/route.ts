import { defineRoute } from "#lib/routes/define-route.ts";
import { taskParams } from "#lib/schemas/jobs.ts";
import { listTaskEvents } from "#lib/services/jobs/index.ts";

/** JobEventView[] of one image. */
export const GET = defineRoute({
  permission: "job.read",
  params: taskParams,
  run: async ({ access, params }) => Response.json(await listTaskEvents(access, params.job, params.task)),
});
