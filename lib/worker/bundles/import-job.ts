import "server-only";
import { systemAccess } from "#lib/auth/system-access.ts";
import type { MirrorTask, Prisma } from "#lib/db/generated/client.ts";
import { JobEventKind, TaskState } from "#lib/db/generated/enums.ts";
import { bundleError } from "#lib/engine/bundle/bundle-error.ts";
import {
  assertBase,
  createImportSource,
  type ImportPlace,
  toMirrorItem,
} from "#lib/engine/bundle/import-images.ts";
import { openBundle } from "#lib/engine/bundle/open-any-bundle.ts";
import type { OpenBundle } from "#lib/engine/bundle/open-bundle.ts";
import { publishPluginMetadata } from "#lib/engine/bundle/plugins/publish-plugin-metadata.ts";
import { isLocal } from "#lib/engine/bundle/write-bundle.ts";
import {
  type ContentScope,
  createMirrorSession,
  createRegistryTarget,
  type ImagePlan,
  type MirrorSession,
} from "#lib/engine/mirror/index.ts";
import { parseDigest } from "#lib/engine/oci/digest.ts";
import { EngineError } from "#lib/engine/oci/errors.ts";
import { createLimiter } from "#lib/engine/oci/limiter.ts";
import { joinRepository, parseRepository, parseTag } from "#lib/engine/oci/reference.ts";
import { errorView } from "#lib/error-view.ts";
import { AppError } from "#lib/errors.ts";
import {
  createReleases,
  findTrustedName,
  type ImportedRelease,
  joinBase,
} from "#lib/services/bundles/index.ts";
import { endedTaskStates } from "#lib/services/jobs/job-row.ts";
import type { BundleSession } from "../job-sessions.ts";
import { inspectTarget } from "../harbor/inspect-target.ts";
import { markRechecks } from "../mark-rechecks.ts";
import { pingRegistry } from "../ping-registry.ts";
import { PlanWriter } from "../plan-writer.ts";
import { isInventory } from "../plugins/inventory-tasks.ts";
import { publishBundledPlugins } from "../plugins/publish-plugins.ts";
import { readRecheck } from "../read-recheck.ts";
import type { WorkerContext } from "../worker-context.ts";
import type { PlannedRun } from "../write-plans.ts";
import { findBundlePath } from "./bundle-place.ts";
import { meterProof } from "./byte-meter.ts";
import { carryImage, type JobStops } from "./carry-image.ts";
import { fingerprintFiles } from "./describe-bundle.ts";
import { endIncomplete, succeedJob } from "./end-bundle-job.ts";
import { type ImportRow, readImport } from "./import-row.ts";
import { countBytes, proveBundle } from "./prove-bundle.ts";

// Small requests only; how many go out at once is the lane's limit.
const imagesAtOnce = 8;

interface OpenImport {
  job: ImportRow;
  bundle: OpenBundle;
  place: ImportPlace;
  /** An inventory of plug-ins brings its signature, whatever else was left out. */
  mirrorOf: (task: Pick<MirrorTask, "sourceRepository">) => MirrorSession;
}

/**
 * Proves the bundle and asks the target what it lacks. Nothing is written before all of the bundle has turned out to be
 * what it says.
 *
 * @throws EngineError, AppError what stops the whole job: whatever is wrong with the bundle, too
 */
export async function planImportJob(
  session: BundleSession,
  planned: PlannedRun,
  signal: AbortSignal,
): Promise<void> {
  await withImport(session, planned, signal, async (open) => {
    await markRechecks(planned.jobId);
    const isMissing = await inspectTarget(planned, signal);
    const { tasks } = await readImport(planned.jobId);
    const left = tasks.filter(({ state, mediaType }) => state === TaskState.queued && mediaType === null);
    const writer = new PlanWriter(planned);
    try {
      const limiter = createLimiter(imagesAtOnce);
      await Promise.all(
        left.map((task) =>
          limiter.run(
            () =>
              planTask(session, open, { task, isMissing: isMissing(task.targetRepository) }, writer, signal),
            signal,
          ),
        ),
      );
    } finally {
      await writer.close();
    }
    await assertBaseThere(session, open, isMissing, signal);
  });
}

async function planTask(
  session: BundleSession,
  { mirrorOf }: OpenImport,
  { task, isMissing }: { task: MirrorTask; isMissing: boolean },
  writer: PlanWriter,
  signal: AbortSignal,
): Promise<void> {
  try {
    const mirror = mirrorOf(task);
    const plan = await mirror.plan(readItem(task), { signal });
    const probe = await mirror.probe(plan, { signal, isMissing, ...readRecheck(task) });
    // One that stands may lack its signature.
    writer.addPlan(task, plan, probe, { isCopied: isInventory(task.sourceRepository) });
    session.plans.keep(task.id, plan);
  } catch (error) {
    if (!signal.aborted) writer.addFailure(task, errorView(error));
  }
}

/** Copies what is left, and ends the job unless it is stopped. @throws EngineError, AppError */
export async function copyImportJob(
  context: WorkerContext,
  session: BundleSession,
  planned: PlannedRun,
  stops: JobStops,
): Promise<void> {
  await withImport(session, planned, stops.any, async (open) => {
    const { job, mirrorOf } = open;
    await assertBaseThere(session, open, () => false, stops.any);
    const limiter = createLimiter(session.images);
    const left = job.tasks.filter(({ state }) => !isEnded(state));
    // A disk that cannot be read fails all images alike: the first is told, and ends the others.
    const ending = new AbortController();
    const stopping = { cancelled: stops.cancelled, signal: AbortSignal.any([stops.any, ending.signal]) };
    const carry = async (task: MirrorTask) => {
      const plan = session.plans.get(task.id);
      try {
        await carryImage(context, { ...planned, taskId: task.id }, stopping, (options) =>
          mirrorOf(task).copy(readItem(task), { ...options, ...(plan && { plan }) }),
        );
      } catch (error) {
        if (!(error instanceof EngineError) || isLocal(error)) ending.abort(error);
      }
    };
    await Promise.allSettled(left.map((task) => limiter.run(() => carry(task), stopping.signal)));
    stops.any.throwIfAborted();
    ending.signal.throwIfAborted();
    await close(open, planned, stops.any);
  });
}

function isEnded(state: TaskState): boolean {
  return (endedTaskStates as readonly TaskState[]).includes(state);
}

async function close(
  { job, bundle, place }: OpenImport,
  planned: PlannedRun,
  signal: AbortSignal,
): Promise<void> {
  const { tasks } = await readImport(planned.jobId);
  if (tasks.some(({ state }) => state === TaskState.failed)) return endIncomplete(planned);
  const { metadata } = bundle;
  if (metadata) {
    // Plug-ins are found only once the registry says that it has them.
    const repository = joinRepository(place.base, metadata.repository);
    await publishPluginMetadata({
      target: place.target,
      repository,
      tag: metadata.tag,
      added: metadata.content,
      signal,
    });
  }
  if (bundle.document) await publishBundledPlugins(bundle.document, place, signal);
  const access = systemAccess(job, "job.start");
  const releases = job.createReleases ? (bundle.document?.releases ?? []) : [];
  const imported = await createReleases(access, releases);
  await succeedJob(planned, (tx) => noteReleases(tx, job.id, imported));
}

async function noteReleases(
  tx: Prisma.TransactionClient,
  jobId: string,
  imported: readonly ImportedRelease[],
): Promise<void> {
  await tx.jobRelease.createMany({
    data: imported.map(({ id }) => ({ jobId, releaseId: id })),
    skipDuplicates: true,
  });
  const standing = imported.filter(({ created }) => !created);
  await tx.jobEvent.createMany({
    data: standing.map(({ title }) => ({ jobId, kind: JobEventKind.skip, facts: { release: title } })),
  });
}

/** Opens the bundle of an import and the way to its target, for `work`; of the source no more is known than the bundle. */
async function withImport(
  session: BundleSession,
  planned: PlannedRun,
  signal: AbortSignal,
  work: (open: OpenImport) => Promise<void>,
): Promise<void> {
  const job = await readImport(planned.jobId);
  const { target: client } = session;
  if (job.bundle === null) throw new AppError("not-found", { what: "bundle" });
  if (client === null) throw new AppError("not-found", { what: "destination" });
  const path = await findBundlePath(job.bundle);
  const bundle = await openBundle(path, { signal });
  try {
    await assertTrusted(bundle);
    await assertSound(session, planned, job.bundle.id, { bundle, path, signal });
    await pingRegistry(client, "target", signal);
    const base = joinBase(job.destination?.basePath ?? "", job.importFolder);
    const place = { target: createRegistryTarget(client), base };
    const openMirror = (scope: ContentScope) =>
      createMirrorSession({
        source: createImportSource(bundle, place),
        target: place.target,
        scope,
        coordinator: session.coordinator,
        limits: { images: session.images },
        ...(session.transfers && { transfers: session.transfers }),
      });
    const mirror = openMirror(bundle.scope);
    const signed = openMirror({ ...bundle.scope, referrers: true });
    const mirrorOf: OpenImport["mirrorOf"] = (task) => (isInventory(task.sourceRepository) ? signed : mirror);
    await work({ job, bundle, place, mirrorOf });
  } finally {
    await bundle.close();
  }
}

/** The files may be others by now than those whose key was believed. @throws EngineError `bundle-key-unknown` */
async function assertTrusted({ name, signature }: OpenBundle): Promise<void> {
  if (!signature || (await findTrustedName(signature.fingerprint)) !== null) return;
  throw bundleError("bundle-key-unknown", { bundle: name, fingerprint: signature.fingerprint });
}

/** Reads all of the bundle, unless this session has done so and its files are the same. @throws EngineError what is wrong */
async function assertSound(
  session: BundleSession,
  planned: PlannedRun,
  bundleId: string,
  { bundle, path, signal }: { bundle: OpenBundle; path: string; signal: AbortSignal },
): Promise<void> {
  const files = await fingerprintFiles(path);
  if (session.checkedFiles === files) return;
  const meter = meterProof(planned, countBytes(bundle));
  try {
    const [finding] = await proveBundle(bundleId, bundle, path, { meter, signal });
    if (finding) throw finding;
    session.checkedFiles = files;
  } finally {
    await meter.stop();
  }
}

async function assertBaseThere(
  session: BundleSession,
  { job, bundle, place, mirrorOf }: OpenImport,
  isMissing: (repository: string) => boolean,
  signal: AbortSignal,
): Promise<void> {
  if (bundle.document?.base === undefined) return;
  const plans: ImagePlan[] = [];
  for (const task of job.tasks) {
    plans.push(session.plans.get(task.id) ?? (await mirrorOf(task).plan(readItem(task), { signal })));
  }
  await assertBase(bundle, plans, place, { coordinator: session.coordinator, isMissing, signal });
}

function readItem({
  sourceRepository,
  targetRepository,
  tag,
  plannedDigest,
}: Pick<MirrorTask, "sourceRepository" | "targetRepository" | "tag" | "plannedDigest">) {
  const image = {
    repository: parseRepository(sourceRepository),
    digest: parseDigest(plannedDigest ?? ""),
    original: "",
    ...(tag !== "" && { tag: parseTag(tag) }),
  };
  const { source, target } = toMirrorItem(image, "");
  return { source, target: { ...target, repository: parseRepository(targetRepository) } };
}
