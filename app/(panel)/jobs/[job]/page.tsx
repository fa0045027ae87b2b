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
import { deletionsQuery, keptQuery } from "#lib/schemas/pruning.ts";
import { getJob, listExtras, listFailures, listTasks } from "#lib/services/jobs/index.ts";
import { listDeletions, listKept } from "#lib/services/pruning/index.ts";

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
        mayExamine={mayRole(access.role, "doctor.run")}
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
  const none = { images: null, extra: null, deletions: null, kept: null };
  const { list } = jobPageQuery.parse(search);
  if (kind === "prune" && list === "kept") {
    const query = keptQuery.parse(search);
    return { ...none, kept: { page: await listKept(access, id, query), query } };
  }
  if (kind === "prune") {
    const query = deletionsQuery.parse(search);
    return { ...none, deletions: { page: await listDeletions(access, id, query), query } };
  }
  if (kind === "verify" && list === "extra") {
    const query = extrasQuery.parse(search);
    return { ...none, extra: { page: await listExtras(access, id, query), query } };
  }
  const query = tasksQuery.parse(search);
  return { ...none, images: { page: await listTasks(access, id, query), query } };
}
