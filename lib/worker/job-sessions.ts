import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { systemAccess } from "#lib/auth/system-access.ts";
import {
  createMirrorSession,
  createRegistrySource,
  createRegistryTarget,
  parsePlatform,
  type ContentScope,
  type MirrorSession,
  type TransferCoordinator,
} from "#lib/engine/mirror/index.ts";
import { createPlanSession, type PlanSession } from "#lib/engine/mirror/plan-session.ts";
import { createVerifySession, type VerifySession } from "#lib/engine/mirror/verify-session.ts";
import { db } from "#lib/db/client.ts";
import { JobKind } from "#lib/db/generated/enums.ts";
import { createLimiter, type Limiter } from "#lib/engine/oci/limiter.ts";
import type { RegistryHost } from "#lib/engine/oci/reference.ts";
import type { RegistryClient } from "#lib/engine/oci/registry-client.ts";
import { RegistryLanes } from "#lib/engine/oci/registry-lanes.ts";
import { AppError } from "#lib/errors.ts";
import { openRegistry, openRegistryByHost } from "#lib/services/registries/index.ts";
import { type JobSources, readFromEach, readFromOne } from "./job-sources.ts";
import { KeptPlans, PlanMemory } from "./kept-plans.ts";
import type { LeaseCoordinator } from "./lease-coordinator.ts";
import { listInventoryTasks } from "./plugins/inventory-tasks.ts";
import { writeRequestLimit } from "./request-limit.ts";

// Between one image and the next, and from planning to the first copy.
const idleMs = 30_000;
/** Layers on their way to one registry, over all jobs of this process. */
const transfersAtOnce = 8;

export interface JobSession {
  /** By task: what brings an inventory of plug-ins brings its signature, too, as whoever reads it looks for that. */
  mirrorOf: (taskId: string) => MirrorSession;
  /** Tasks that bring inventories of plug-ins. */
  inventories: ReadonlySet<string>;
  sources: JobSources;
  target: RegistryClient;
  /** Of a job that compares. */
  verify: VerifySession;
  /** Plans of tasks made by this session, for the copy that follows. */
  plans: KeptPlans;
}

/** What a job with a bundle works with: the registries that it has, and what its work shares with others. */
export interface BundleSession {
  /** Of an export. */
  sources: JobSources;
  /** Of an import. */
  target: RegistryClient | null;
  /** Of the job's own choice; an import takes what its bundle has. */
  scope: ContentScope;
  coordinator: TransferCoordinator;
  /** Of an import: shared with other jobs of the same target. */
  transfers: Limiter | undefined;
  images: number;
  plans: KeptPlans;
  /** Of a job that resolves images without a target; of an export it remembers what it has read for the copy. */
  planning: PlanSession | null;
  /** Of an import: as `fingerprintFiles` told what was checked last, so that it need not be checked again at once. */
  checkedFiles: string | null;
}

interface Entry {
  jobId: string;
  session: Promise<BundleSession>;
  mirror: Promise<JobSession> | undefined;
  users: number;
  idle: NodeJS.Timeout | undefined;
}

/** One session per run of a job in this process: its copies share connections, tokens and what is known of blobs. */
export class JobSessions {
  readonly #images: number;
  readonly #coordinator: LeaseCoordinator;
  readonly #entries = new Map<string, Entry>();
  /** By target: jobs that run side by side share what one registry is asked to bear. */
  readonly #transfers = new Map<string, Limiter>();
  readonly #lanes = new RegistryLanes(() => {
    for (const entry of this.#entries.values()) void this.#tellRests(entry);
  });
  readonly #planMemory = new PlanMemory();

  /** @param images copied at once */
  constructor(images: number, coordinator: LeaseCoordinator) {
    this.#images = images;
    this.#coordinator = coordinator;
  }

  /** Limits of a registry are for all workers together: with so many alive, this one takes its part of them. */
  share(workers: number): void {
    this.#lanes.share = workers;
  }

  /** @throws AppError `not-found`, `secret-unreadable` */
  async use<T>(jobId: string, run: number, work: (session: JobSession) => Promise<T>): Promise<T> {
    return this.#enter(jobId, run, async (entry) => {
      entry.mirror ??= this.#openMirror(entry);
      return work(await entry.mirror);
    });
  }

  /** @throws AppError `not-found`, `secret-unreadable` */
  async useForBundle<T>(
    jobId: string,
    run: number,
    work: (session: BundleSession) => Promise<T>,
  ): Promise<T> {
    return this.#enter(jobId, run, async (entry) => work(await entry.session));
  }

  async #enter<T>(jobId: string, run: number, work: (entry: Entry) => Promise<T>): Promise<T> {
    const key = `${jobId}:${run}`;
    const entry = this.#entries.get(key) ?? this.#begin(key, jobId);
    entry.users++;
    clearTimeout(entry.idle);
    try {
      await this.#coordinator.heedPrunes();
      return await work(entry);
    } finally {
      entry.users--;
      const isKept = this.#entries.get(key) === entry;
      if (entry.users === 0 && isKept) entry.idle = setTimeout(() => void this.#close(key, entry), idleMs);
    }
  }

  /** A registry that is looked through for a job, as part of what all jobs ask of it. @throws AppError `secret-unreadable` */
  async useRegistry<T>(
    access: Access<"job.start">,
    host: RegistryHost,
    work: (client: RegistryClient) => Promise<T>,
  ): Promise<T> {
    const client = await openRegistryByHost(access, host, { access: "pull", lanes: this.#lanes });
    try {
      return await work(client);
    } finally {
      await client.close();
    }
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#entries].map(([key, entry]) => this.#close(key, entry)));
  }

  #transfersTo(origin: string): Limiter {
    const known = this.#transfers.get(origin) ?? createLimiter(transfersAtOnce);
    this.#transfers.set(origin, known);
    return known;
  }

  #begin(key: string, jobId: string): Entry {
    const session = this.#open(jobId);
    const entry: Entry = { jobId, session, mirror: undefined, users: 0, idle: undefined };
    this.#entries.set(key, entry);
    // What failed once, for a database that was away say, is tried again by the next task.
    entry.session.catch(() => this.#forget(key, entry));
    void this.#tellRests(entry);
    return entry;
  }

  #forget(key: string, entry: Entry): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
  }

  async #close(key: string, entry: Entry): Promise<void> {
    clearTimeout(entry.idle);
    this.#forget(key, entry);
    // What could not be opened needs no closing.
    const session = await entry.session.catch(() => null);
    session?.plans.clear();
    if (session !== null) await Promise.all(listClients(session).map((client) => client.close()));
  }

  /** Says in a job that one of its registries rests, whichever job's request it was that the registry refused. */
  async #tellRests({ jobId, session }: Entry): Promise<void> {
    const opened = await session.catch(() => null);
    if (opened === null) return;
    for (const { origin, registry } of listClients(opened)) {
      const until = this.#lanes.restsUntil(origin);
      if (until !== null) await writeRequestLimit(jobId, { registry, until });
    }
  }

  async #open(jobId: string): Promise<BundleSession> {
    const { sourceRegistryId, destination, ...job } = await db.mirrorJob.findUniqueOrThrow({
      where: { id: jobId },
      select: {
        id: true,
        kind: true,
        organizationId: true,
        sourceRegistryId: true,
        platforms: true,
        referrers: true,
        foreignLayers: true,
        destination: { select: { registryId: true } },
        startedBy: { select: { id: true, username: true, role: true } },
      },
    });
    const access = systemAccess(job, "job.start");
    const reading = { access: "pull", lanes: this.#lanes } as const;
    const sources =
      sourceRegistryId === null
        ? await openNamedSources(access, jobId, reading)
        : readFromOne(await openRegistry(access, sourceRegistryId, reading));
    const target =
      destination === null
        ? null
        : await openRegistry(access, destination.registryId, {
            ...reading,
            // A prune asks for the right to delete where it needs it.
            access: job.kind === JobKind.verify || job.kind === JobKind.prune ? "pull" : "pull,push",
          });
    const scope = readScope(job);
    const plansOnly = job.kind === JobKind.export_bundle || job.kind === JobKind.refresh_catalog;
    return {
      sources,
      target,
      scope,
      coordinator: this.#coordinator.of(job.organizationId),
      transfers: target ? this.#transfersTo(target.origin) : undefined,
      images: this.#images,
      plans: new KeptPlans(this.#planMemory),
      planning: plansOnly ? createPlanSession({ source: sources.contents, scope }) : null,
      checkedFiles: null,
    };
  }

  async #openMirror({ jobId, session }: Entry): Promise<JobSession> {
    const { sources, target, scope, coordinator, transfers, images, plans } = await session;
    if (target === null) throw new AppError("not-found", { what: "registry" });
    const { readBlobs } = await db.mirrorJob.findUniqueOrThrow({
      where: { id: jobId },
      select: { readBlobs: true },
    });
    const source = sources.contents;
    const limits = { images };
    const open = (wanted: ContentScope) =>
      createMirrorSession({
        source,
        target: createRegistryTarget(target),
        scope: wanted,
        coordinator,
        limits,
        ...(transfers && { transfers }),
      });
    const inventories = await listInventoryTasks(jobId);
    const mirror = open(scope);
    const signed = inventories.size > 0 && !scope.referrers ? open({ ...scope, referrers: true }) : mirror;
    const mirrorOf = (taskId: string) => (inventories.has(taskId) ? signed : mirror);
    const verify = createVerifySession({
      source,
      target: createRegistrySource(target, "target"),
      blobs: readBlobs,
      scope,
      limits,
    });
    return { mirrorOf, inventories, sources, target, verify, plans };
  }
}

function listClients({ sources, target }: BundleSession): readonly RegistryClient[] {
  return target === null ? sources.clients : [...sources.clients, target];
}

/** The registries that the images of a job name. @throws AppError `secret-unreadable` */
async function openNamedSources(
  access: Access<"job.start">,
  jobId: string,
  options: Parameters<typeof openRegistryByHost>[2],
): Promise<JobSources> {
  const tasks = await db.mirrorTask.findMany({
    where: { jobId, sourceHost: { not: "" } },
    distinct: ["sourceHost"],
    select: { sourceHost: true },
  });
  const opening = tasks.map(({ sourceHost }) => openRegistryByHost(access, sourceHost, options));
  return readFromEach(await Promise.all(opening));
}

function readScope(job: {
  readonly platforms: readonly string[];
  readonly referrers: boolean;
  readonly foreignLayers: boolean;
}): ContentScope {
  const { platforms, referrers, foreignLayers } = job;
  return {
    ...(platforms.length > 0 && { platforms: platforms.map(parsePlatform) }),
    referrers,
    foreignLayers,
  };
}
