import "server-only";
import type { Role } from "#lib/db/generated/enums.ts";
import { type Access, issueAccess } from "./access.ts";
import type { Permission } from "./permissions.ts";

/** What the worker knows of a job: who started it, for which organization. */
export interface JobOrigin {
  id: string;
  organizationId: string | null;
  startedBy: { id: string; username: string; role: Role } | null;
}

/**
 * The access of a running job: it acts as its starter, within its organization. The permissions of a job are those its
 * start was checked for, so none is asked again here.
 */
export function systemAccess<P extends Permission>(job: JobOrigin, permission: P): Access<P> {
  return issueAccess(
    permission,
    {
      userId: job.startedBy?.id ?? null,
      name: job.startedBy?.username ?? "system",
      role: job.startedBy?.role ?? null,
      organizationId: job.organizationId,
      requestId: `job:${job.id}`,
      address: "",
    },
    job.startedBy?.role ?? "provider",
    null,
  );
}
