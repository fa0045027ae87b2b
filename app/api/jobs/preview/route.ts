import { defineRoute } from "#lib/routes/define-route.ts";
import { readJson } from "#lib/routes/read-body.ts";
import { startJobInput } from "#lib/schemas/jobs.ts";
import { previewJob } from "#lib/services/jobs/index.ts";

/** JobPreview. A question with a body, since a selection of components is too long for an address. */
export const POST = defineRoute({
  permission: "job.start",
  run: async ({ access, request }) =>
    Response.json(await previewJob(access, await readJson(request, startJobInput))),
});
