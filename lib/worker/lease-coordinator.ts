import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { db, writeDb } from "#lib/db/client.ts";
import {
  createInProcessCoordinator,
  type TransferCoordinator,
  type TransferKey,
  type TransferLease,
} from "#lib/engine/mirror/index.ts";
import { parseRepository, type Repository } from "#lib/engine/oci/reference.ts";
import { logger } from "#lib/logger.ts";

/** A worker that has not renewed its leases for so long is taken for lost. */
const leaseSeconds = 15;
const renewalMs = 4_000;
/** How long it is believed that a blob is where it was put: registries collect what no manifest names. */
const placedSeconds = 3_600;
const firstWaitMs = 200;
const longestWaitMs = 2_000;

type HeldLease = TransferLease & { readonly held: true };
type AcquireOptions = Parameters<TransferCoordinator["acquire"]>[1];

/**
 * Coordinates the transfers of all workers: whoever carries a blob holds a row, renewed by heartbeat; who waits for it
 * mounts the blob afterwards. What is known of blobs stays within an organization, since it names repositories.
 */
export class LeaseCoordinator {
  readonly #ownerId: string;
  readonly #held = new Map<string, AbortController>();
  readonly #organizations = new Map<string | null, TransferCoordinator>();
  readonly #timer: NodeJS.Timeout;

  constructor(ownerId: string) {
    this.#ownerId = ownerId;
    this.#timer = setInterval(() => void this.#renew(), renewalMs);
    this.#timer.unref();
  }

  /** For jobs of one organization, or of the provider. */
  of(organizationId: string | null): TransferCoordinator {
    const known = this.#organizations.get(organizationId);
    if (known) return known;
    const made = this.#coordinate(organizationId);
    this.#organizations.set(organizationId, made);
    return made;
  }

  /** Gives back what is still held, so that others need not wait for its end. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await writeDb.blobLease.deleteMany({ where: { ownerId: this.#ownerId } });
  }

  #coordinate(organizationId: string | null): TransferCoordinator {
    // Within this process the database is asked once.
    const own = createInProcessCoordinator();
    return {
      find: async (key) => {
        const known = await own.find(key);
        if (known !== null) return known;
        const found = await findPlaced(key, organizationId);
        if (found === null) return null;
        await own.record(key, found);
        return [found];
      },
      acquire: async (key, options) => {
        const claim = await own.acquire(key, options);
        if (!claim.held) return claim;
        try {
          const found = await this.#acquireRow(key, organizationId, options);
          if (found === null) return this.#hold(key, claim);
          await claim.complete(found);
          return { held: false, repositories: [found] };
        } catch (error) {
          await claim.release();
          throw error;
        }
      },
      record: (key, repository) => own.record(key, repository),
      forget: async (key, repository) => {
        await own.forget(key, repository);
        await writeDb.blobLease.deleteMany({ where: { ...key, organizationId, repository, ownerId: null } });
      },
    };
  }

  /** The row, taken (null), or where another worker has put the blob. */
  async #acquireRow(
    key: TransferKey,
    organizationId: string | null,
    { signal, onWait, evenIfKnown = false }: AcquireOptions,
  ): Promise<Repository | null> {
    let told = false;
    for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 1.5, longestWaitMs)) {
      if (await this.#tryRow(key, organizationId, evenIfKnown)) return null;
      const found = evenIfKnown ? null : await findPlaced(key, organizationId);
      if (found !== null) return found;
      if (!told) onWait?.();
      told = true;
      await sleep(waitMs * (0.75 + Math.random() / 2), undefined, signal ? { signal } : {});
    }
  }

  /** Takes the row unless somebody carries the blob, or has; by the database's clock, since the hosts' own may differ. */
  async #tryRow(
    { origin, digest }: TransferKey,
    organizationId: string | null,
    evenIfKnown: boolean,
  ): Promise<boolean> {
    const taken = await writeDb.$executeRaw`
      INSERT INTO "BlobLease" AS lease ("origin", "digest", "ownerId", "organizationId", "expiresAt")
      VALUES (${origin}, ${digest}, ${this.#ownerId}::uuid, ${organizationId}::uuid,
              now() + make_interval(secs => ${leaseSeconds}))
      ON CONFLICT ("origin", "digest") DO UPDATE
         SET "ownerId" = excluded."ownerId", "organizationId" = excluded."organizationId", "repository" = NULL,
             "expiresAt" = excluded."expiresAt"
       WHERE lease."expiresAt" < now()
          OR (lease."ownerId" IS NULL
              AND (${evenIfKnown} OR lease."organizationId" IS DISTINCT FROM excluded."organizationId"))`;
    return taken > 0;
  }

  #hold(key: TransferKey, own: HeldLease): TransferLease {
    const id = `${key.origin} ${key.digest}`;
    const lost = new AbortController();
    this.#held.set(id, lost);
    return {
      held: true,
      signal: lost.signal,
      complete: async (repository) => {
        this.#held.delete(id);
        await own.complete(repository);
        await writeDb.$executeRaw`
          UPDATE "BlobLease"
             SET "ownerId" = NULL, "repository" = ${repository},
                 "expiresAt" = now() + make_interval(secs => ${placedSeconds})
           WHERE "origin" = ${key.origin} AND "digest" = ${key.digest} AND "ownerId" = ${this.#ownerId}::uuid`;
      },
      release: async () => {
        this.#held.delete(id);
        await own.release();
        await writeDb.blobLease.deleteMany({ where: { ...key, ownerId: this.#ownerId } });
      },
    };
  }

  /** Renews what is held; what another has taken meanwhile is given up. */
  async #renew(): Promise<void> {
    if (this.#held.size === 0) return;
    try {
      const renewed = await writeDb.$queryRaw<{ origin: string; digest: string }[]>`
        UPDATE "BlobLease" SET "expiresAt" = now() + make_interval(secs => ${leaseSeconds})
         WHERE "ownerId" = ${this.#ownerId}::uuid RETURNING "origin", "digest"`;
      const ours = new Set(renewed.map(({ origin, digest }) => `${origin} ${digest}`));
      for (const [id, lost] of this.#held) if (!ours.has(id)) lost.abort();
    } catch (error) {
      logger.warn({ err: error }, "leases of blobs could not be renewed");
    }
  }
}

/** Where a blob was put not long ago, by any worker. */
async function findPlaced(
  { origin, digest }: TransferKey,
  organizationId: string | null,
): Promise<Repository | null> {
  const [row] = await db.$queryRaw<{ repository: string }[]>`
    SELECT "repository" FROM "BlobLease"
     WHERE "origin" = ${origin} AND "digest" = ${digest} AND "repository" IS NOT NULL AND "expiresAt" > now()
       AND "organizationId" IS NOT DISTINCT FROM ${organizationId}::uuid`;
  return row ? parseRepository(row.repository) : null;
}
