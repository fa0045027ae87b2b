import "server-only";
import { type JobOrigin, systemAccess } from "#lib/auth/system-access.ts";
import {
  createMirrorSession,
  createRegistrySource,
  createRegistryTarget,
  type ImagePlan,
  type MirrorSession,
} from "#lib/engine/mirror/index.ts";
import type { RegistryClient } from "#lib/engine/oci/registry-client.ts";
import { AppError } from "#lib/errors.ts";
import { openRegistry } from "#lib/services/registries/index.ts";

// Between one image and the next, and from planning to the first copy.
const idleMs = 30_000;
// Plans hold the bytes of their manifests; beyond this an image is simply resolved again.
const maxKeptPlans = 1_000;

export interface JobWork {
  id: string;
  run: number;
  sourceRegistryId: string | null;
  destination: { registryId: string } | null;
  origin: JobOrigin;
}

export interface JobSession {
  mirror: MirrorSession;
  source: RegistryClient;
  target: RegistryClient;
  /** Plans of tasks made by this session, for the copy that follows. */
  plans: Map<string, ImagePlan>;
}

interface Entry {
  session: Promise<JobSession>;
  users: number;
  idle: NodeJS.Timeout | undefined;
}

/** One session per run of a job in this process: its copies share connections, tokens and what is known of blobs. */
export class JobSessions {
  readonly #images: number;
  readonly #entries = new Map<string, Entry>();

  constructor(images: number) {
    this.#images = images;
  }

  /** @throws AppError `not-found`, `secret-unreadable` */
  async use<T>(job: JobWork, run: (session: JobSession) => Promise<T>): Promise<T> {
    const key = `${job.id}:${job.run}`;
    const entry = this.#entries.get(key) ?? { session: this.#open(job), users: 0, idle: undefined };
    this.#entries.set(key, entry);
    entry.users++;
    clearTimeout(entry.idle);
    try {
      return await run(await entry.session);
    } finally {
      entry.users--;
      if (entry.users === 0) entry.idle = setTimeout(() => void this.#close(key, entry), idleMs);
    }
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#entries].map(([key, entry]) => this.#close(key, entry)));
  }

  async #close(key: string, entry: Entry): Promise<void> {
    clearTimeout(entry.idle);
    this.#entries.delete(key);
    // What could not be opened needs no closing.
    const session = await entry.session.catch(() => null);
    await Promise.all([session?.source.close(), session?.target.close()]);
  }

  async #open(job: JobWork): Promise<JobSession> {
    const access = systemAccess(job.origin, "job.start");
    if (job.sourceRegistryId === null || job.destination === null) {
      throw new AppError("not-found", { what: "registry" });
    }
    const source = await openRegistry(access, job.sourceRegistryId, { access: "pull" });
    const target = await openRegistry(access, job.destination.registryId, { access: "pull,push" });
    const mirror = createMirrorSession({
      source: createRegistrySource(source),
      target: createRegistryTarget(target),
      limits: { images: this.#images },
    });
    return { mirror, source, target, plans: new Map() };
  }
}

export function keepPlan({ plans }: JobSession, taskId: string, plan: ImagePlan): void {
  if (plans.size < maxKeptPlans) plans.set(taskId, plan);
}
