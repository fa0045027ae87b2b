import type { Metadata } from "next";
import type { InitialLists } from "#components/jobs/job-lists.tsx";
import { LiveJob } from "#components/jobs/live-job.tsx";
import { QueryProvider } from "#components/query/query-provider.tsx";
import type { Access } from "#lib/auth/access.ts";
import { authorizePage } from "#lib/auth/authorize.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import type { JobKind } from "#lib/db/generated/enums.ts";
import { orNotFound, type PageSearch, pageParams } from "#lib/routes/page-input.ts";
import { extrasQuery, jobPageQuery, jobParams, tasksQuery } from "#lib/schemas/jobs.ts";
import { getJob, listExtras, listFailures, listTasks } from "#lib/services/jobs/index.ts";

interface JobPageProps {
  params: Promise<unknown>;
  searchParams: PageSearch;
}

/** Its title moves with the job, so the job writes it. */
export const metadata: Metadata = { title: null };

export default async function JobPage({ params, searchParams }: JobPageProps) {
  const access = await authorizePage("job.read");
  const { job: id } = await pageParams(params, jobParams);
  const search = await searchParams;
  const job = await orNotFound(getJob(access, id));
  const [lists, failures] = await Promise.all([
    orNotFound(readLists(access, job, search)),
    orNotFound(listFailures(access, id)),
  ]);
  return (
    <QueryProvider>
      <LiveJob
        job={job}
        lists={lists}
        failures={failures}
        mayStart={mayRole(access.role, "job.start")}
        mayConfirm={mayRole(access.role, "job.confirm")}
        mayCancel={mayRole(access.role, "job.cancel")}
        mayRetry={mayRole(access.role, "job.retry")}
        linkPlaces={access.organizationId === null}
      />
    </QueryProvider>
  );
}

async function readLists(
  access: Access<"job.read">,
  { id, kind }: { id: string; kind: JobKind },
  search: Awaited<PageSearch>,
): Promise<InitialLists> {
  if (kind === "verify" && jobPageQuery.parse(search).list === "extra") {
    const query = extrasQuery.parse(search);
    return { images: null, extra: { page: await listExtras(access, id, query), query } };
  }
  const query = tasksQuery.parse(search);
  return { images: { page: await listTasks(access, id, query), query }, extra: null };
}
