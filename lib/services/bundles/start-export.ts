import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { Prisma } from "#lib/db/generated/client.ts";
import { BundleFormat, BundleOrigin, BundleState, JobKind, ReleaseKind } from "#lib/db/generated/enums.ts";
import { type Change, type ChangeTransaction, withChange } from "#lib/db/with-change.ts";
import { AppError, fieldError } from "#lib/errors.ts";
import { openQueue } from "#lib/queue/enqueue.ts";
import type { StartExportInput } from "#lib/schemas/bundles.ts";
import { createJob } from "../jobs/create-job.ts";
import { findComponents, findSource } from "../jobs/job-parts.ts";
import { makeTasks } from "../jobs/make-tasks.ts";
import { readSourceRewrites } from "../paths/index.ts";
import { assertState, readyStates } from "./bundle-row.ts";
import { assertNamesFree } from "./free-names.ts";
import { ensureSigningKey } from "./signing-key.ts";
import { findStore } from "./store-row.ts";

/**
 * Makes a bundle, and the job that writes it. Nothing is asked of a registry or of a disk here.
 *
 * @throws AppError `not-found`, also for a file that is to travel along; `nothing-to-copy`, `target-collision`,
 * `name-taken`; `bundle-not-ready` for a base that is not whole; `invalid-input` for a format that is not for these releases
 */
export async function startExport(
  access: Access<"job.start">,
  input: StartExportInput,
): Promise<{ id: string; number: number }> {
  const { name, storeId, baseBundleId } = input;
  const [source, rewrites, components] = await Promise.all([
    findSource(input, null),
    readSourceRewrites(),
    findComponents(input),
    findStore(storeId),
    baseBundleId === null ? null : assertBase(access, baseBundleId),
    input.format === BundleFormat.tanzu_plugins ? assertPluginRelease(input) : null,
  ]);
  // A bundle has no host and no base path: its paths are those below the base of whoever imports it.
  const tasks = makeTasks(components, { source, rewrites, targetHost: "", targetBasePath: "" });
  if (input.sign) await ensureSigningKey(access);
  const enqueue = await openQueue();
  const change: Change = { action: "job.start", objectName: "", organizationId: null };
  const choice = {
    kind: JobKind.export_bundle,
    sourceRegistryId: input.sourceRegistryId,
    sourceBasePath: input.sourceBasePath,
    baseBundleId,
    sign: input.sign,
    exportFormat: input.format,
    extraFiles: input.extraFiles,
    releaseIds: input.releaseIds,
    holdAfterPlanning: input.holdAfterPlanning,
    platforms: input.platforms,
    // The Tanzu CLI believes no inventory that is not signed.
    referrers: input.referrers || input.format === BundleFormat.tanzu_plugins,
    foreignLayers: input.foreignLayers,
  };
  const { volumeBytes } = input;
  const startedById = access.actor.userId;
  return withChange(access, change, async (tx, audit) => {
    audit.after({ ...choice, volumeBytes, bundle: name, storeId, images: tasks.length });
    await assertNamesFree(tx, storeId, [name]);
    await assertStoreFiles(tx, storeId, input.extraFiles);
    const bundle = await tx.bundle.create({
      data: {
        storeId,
        folder: name,
        name,
        origin: BundleOrigin.exported,
        state: BundleState.writing,
        createdById: startedById,
      },
    });
    const job = {
      ...choice,
      volumeBytes: volumeBytes === null ? null : BigInt(volumeBytes),
      bundleId: bundle.id,
      startedById,
      planTotal: tasks.length,
    };
    return createJob(tx, enqueue, audit, job, tasks);
  });
}

/** A bundle of plug-ins is one choice from one inventory, whole. @throws AppError `invalid-input` for the format */
async function assertPluginRelease({ releaseIds, componentIds }: StartExportInput): Promise<void> {
  const where = { id: { in: releaseIds }, kind: ReleaseKind.tanzu_plugins, request: { not: Prisma.DbNull } };
  const found = await db.release.count({ where });
  const isWhole = releaseIds.length === 1 && componentIds === undefined;
  if (found !== 1 || !isWhole) throw fieldError("format", "one-plugin-release");
}

async function assertBase(access: Access<"job.start">, id: string): Promise<void> {
  const base = await db.bundle.findFirst({
    where: { id, removing: false, ...access.ownRows() },
    select: { name: true, state: true },
  });
  if (!base) throw new AppError("not-found", { what: "bundle" });
  assertState(base, readyStates);
}

/**
 * Sees to it that files are there as far as is known; who would remove one meanwhile waits.
 *
 * @throws AppError `not-found`
 */
async function assertStoreFiles(
  tx: ChangeTransaction,
  storeId: string,
  names: readonly string[],
): Promise<void> {
  const { count } = await tx.storeFile.updateMany({
    where: { storeId, name: { in: [...names] }, removing: false },
    data: { removing: false },
  });
  if (count < names.length) throw new AppError("not-found", { what: "store-file" });
}
