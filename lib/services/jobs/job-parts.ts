import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { AppError, fieldError } from "#lib/errors.ts";
import { maxJobImages, type StartJobInput } from "#lib/schemas/jobs.ts";
import { usableFor } from "../registries/index.ts";
import { readSourceRewrites } from "../paths/index.ts";
import type { JobPaths } from "./make-tasks.ts";

/** What to copy, from where to where, for whom. */
export type JobChoice = Pick<
  StartJobInput,
  "releaseIds" | "componentIds" | "sourceRegistryId" | "sourceBasePath" | "destinationId" | "organizationId"
>;

/**
 * What a job is made of.
 *
 * @throws AppError `not-found`, `organization-disabled`, `nothing-to-copy`, `invalid-input` for too many images
 */
export async function findJobParts(access: Pick<Access<"job.start">, "organizationId">, input: JobChoice) {
  const organizationId = access.organizationId ?? input.organizationId;
  const [source, rewrites, destination, components] = await Promise.all([
    findSource(input, organizationId),
    readSourceRewrites(),
    findDestination(input.destinationId, organizationId),
    findComponents(input),
    organizationId === null ? null : assertOrganization(organizationId),
  ]);
  const paths: JobPaths = {
    source,
    rewrites,
    targetHost: destination.registry.host,
    targetBasePath: destination.basePath,
  };
  return { organizationId, destination, components, paths };
}

/** The registry that stands in for those that the releases name, if one does. @throws AppError `not-found` */
export async function findSource(
  { sourceRegistryId, sourceBasePath }: Pick<StartJobInput, "sourceRegistryId" | "sourceBasePath">,
  organizationId: string | null,
): Promise<JobPaths["source"]> {
  if (sourceRegistryId === null) return null;
  const row = await db.registry.findFirst({
    where: { id: sourceRegistryId, ...usableFor(organizationId) },
    select: { host: true },
  });
  if (!row) throw new AppError("not-found", { what: "registry" });
  return { host: row.host, basePath: sourceBasePath };
}

/** @throws AppError `not-found` */
export async function findDestination(id: string, organizationId: string | null) {
  const row = await db.destination.findFirst({
    where: { id, registry: usableFor(organizationId) },
    select: { id: true, basePath: true, registry: { select: { host: true } } },
  });
  if (!row) throw new AppError("not-found", { what: "destination" });
  return row;
}

/** @throws AppError `not-found`, `organization-disabled` */
export async function assertOrganization(id: string): Promise<void> {
  const row = await db.organization.findUnique({ where: { id }, select: { name: true, disabledAt: true } });
  if (!row) throw new AppError("not-found", { what: "organization" });
  if (row.disabledAt) throw new AppError("organization-disabled", { name: row.name });
}

/** @throws AppError `not-found`, `nothing-to-copy`, `invalid-input` for too many images */
export async function findComponents({
  releaseIds,
  componentIds,
}: Pick<StartJobInput, "releaseIds" | "componentIds">) {
  const known = await db.release.count({ where: { id: { in: releaseIds } } });
  if (known !== new Set(releaseIds).size) throw new AppError("not-found", { what: "release" });
  const chosen = componentIds && new Set(componentIds);
  const components = await db.component.findMany({
    where: { releaseId: { in: releaseIds }, enabled: true, ...(chosen && { id: { in: [...chosen] } }) },
    orderBy: [{ releaseId: "asc" }, { position: "asc" }],
    take: maxJobImages + 1,
  });
  if (components.length > maxJobImages) {
    throw fieldError("releaseIds", "too-many", { facts: { maximum: maxJobImages } });
  }
  if (chosen && components.length !== chosen.size) throw new AppError("not-found", { what: "component" });
  if (components.length === 0) throw new AppError("nothing-to-copy", {});
  return components;
}
