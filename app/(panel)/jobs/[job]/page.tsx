import type { Metadata } from "next";
import { LiveJob } from "#components/jobs/live-job.tsx";
import { QueryProvider } from "#components/query/query-provider.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import { orNotFound, type PageSearch, pageParams } from "#lib/routes/page-input.ts";
import { jobParams, tasksQuery } from "#lib/schemas/jobs.ts";
import { getJob, listFailures, listTasks } from "#lib/services/jobs/index.ts";

interface JobPageProps {
  params: Promise<unknown>;
  searchParams: PageSearch;
}

/** Its title moves with the job, so the job writes it. */
export const metadata: Metadata = { title: null };

export default async function JobPage({ params, searchParams }: JobPageProps) {
  const access = await authorizePage("job.read");
  const { job: id } = await pageParams(params, jobParams);
  const query = tasksQuery.parse(await searchParams);
  const [job, tasks, failures] = await Promise.all([
    orNotFound(getJob(access, id)),
    orNotFound(listTasks(access, id, query)),
    orNotFound(listFailures(access, id)),
  ]);
  return (
    <QueryProvider>
      <LiveJob
        job={job}
        tasks={tasks}
        tasksQuery={query}
        failures={failures}
        mayStart={mayRole(access.role, "job.start")}
        mayCancel={mayRole(access.role, "job.cancel")}
        mayRetry={mayRole(access.role, "job.retry")}
        linkRegistries={access.organizationId === null}
      />
    </QueryProvider>
  );
}
