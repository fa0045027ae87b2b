import { defineRoute } from "#lib/routes/define-route.ts";
import { jobParams, tasksQuery } from "#lib/schemas/jobs.ts";
import { listTasks } from "#lib/services/jobs/index.ts";

/** Page<TaskView> */
export const GET = defineRoute({
  permission: "job.read",
  params: jobParams,
  query: tasksQuery,
  run: async ({ access, params, query }) => Response.json(await listTasks(access, params.job, query)),
});
