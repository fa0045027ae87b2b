import { isStillGranted } from "#lib/auth/still-granted.ts";
import { defineRoute } from "#lib/routes/define-route.ts";
import { eventStream } from "#lib/routes/event-stream.ts";
import { watchQuery } from "#lib/schemas/jobs.ts";
import { watchJob } from "#lib/services/jobs/index.ts";

/** Server-sent `snapshot` events (JobSnapshot) of one job: now, and at each change. */
export const GET = defineRoute({
  permission: "job.read",
  query: watchQuery,
  run: ({ access, query, request }) =>
    eventStream({
      signal: request.signal,
      isWelcome: () => isStillGranted(access),
      start: (send) => watchJob(access, query.job, (snapshot) => send("snapshot", snapshot)),
    }),
});
