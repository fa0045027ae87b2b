import { defineRoute } from "#lib/routes/define-route.ts";
import { textStream } from "#lib/routes/text-stream.ts";
import { jobParams, logQuery } from "#lib/schemas/jobs.ts";
import { streamLog } from "#lib/services/jobs/index.ts";

const types = {
  text: { extension: "log", contentType: "text/plain; charset=utf-8" },
  ndjson: { extension: "ndjson", contentType: "application/x-ndjson" },
};

/** The log as a file, streamed. */
export const GET = defineRoute({
  permission: "job.read",
  params: jobParams,
  query: logQuery,
  run: async ({ access, params, query }) => {
    const { number, lines } = await streamLog(access, params.job, query.format);
    const { extension, contentType } = types[query.format];
    return new Response(textStream(lines), {
      headers: {
        "Content-Type": contentType,
        "Content-Disposition": `attachment; filename="drayage-job-${number}.${extension}"`,
        "Cache-Control": "no-store",
      },
    });
  },
});
