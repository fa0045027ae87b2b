import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { db, writeDb } from "#lib/db/client.ts";
import type { TransferCoordinator, TransferKey, TransferLease } from "#lib/engine/mirror/index.ts";
import { orAbort } from "#lib/engine/oci/abort.ts";
import { parseRepository, type Repository } from "#lib/engine/oci/reference.ts";
import { logger } from "#lib/logger.ts";
import { KnownBlobs } from "./known-blobs.ts";

/** A worker that has not renewed its leases for so long is taken for lost. */
const leaseSeconds = 15;
const defaultRenewalMs = 4_000;
/** How long it is believed that a blob is where it was put: registries collect what no manifest names. */
const placedSeconds = 3_600;
const firstWaitMs = 200;
const longestWaitMs = 2_000;

type AcquireOptions = Parameters<TransferCoordinator["acquire"]>[1];

interface HeldRow {
  readonly key: TransferKey;
  readonly lost: AbortController;
}

/** A blob's place, and for how long it is believed. */
interface PlacedBlob {
  readonly repository: Repository;
  readonly believedMs: number;
}

/**
 * Coordinates the transfers of all workers: whoever carries a blob holds a row, renewed by heartbeat; who waits for it
 * mounts the blob afterwards. What is known of blobs stays within an organization, since it names repositories.
 */
export class LeaseCoordinator {
  readonly #ownerId: string;
  readonly #held = new Map<string, HeldRow>();
  /** Within this process the database is asked once: blobs carried or asked for right now, until that ends. */
  readonly #turns = new Map<string, Promise<void>>();
  #known = new KnownBlobs();
  /** The prunes that `#known` is not older than. */
  #prunes = "";
  readonly #timer: NodeJS.Timeout;
  #renewing = false;

  constructor(ownerId: string, renewalMs = defaultRenewalMs) {
    this.#ownerId = ownerId;
    this.#timer = setInterval(() => void this.#renew(), renewalMs);
    this.#timer.unref();
  }

  /** For jobs of one organization, or of the provider. */
  of(organizationId: string | null): TransferCoordinator {
    const nameOf = (key: TransferKey) => `${organizationId} ${formatKey(key)}`;
    const learn = (key: TransferKey, { repository, believedMs }: PlacedBlob) => {
      this.#known.add(nameOf(key), repository, believedMs);
      return [repository];
    };
    const find = async (key: TransferKey) => {
      const known = this.#known.find(nameOf(key));
      if (known !== null) return known;
      const placed = await findPlaced(key, organizationId);
      return placed && learn(key, placed);
    };
    const record = (key: TransferKey, repository: Repository) => {
      learn(key, { repository, believedMs: placedSeconds * 1000 });
    };
    return {
      find,
      record,
      acquire: async (key, { signal, onWait, evenIfKnown = false }) => {
        const tell = once(onWait);
        const id = formatKey(key);
        for (;;) {
          const known = evenIfKnown ? null : this.#known.find(nameOf(key));
          if (known !== null) return { held: false, repositories: known };
          const turn = this.#turns.get(id);
          if (turn === undefined) break;
          tell();
          await orAbort(turn, signal);
        }
        const endTurn = this.#beginTurn(id);
        try {
          const placed = await this.#acquireRow(key, organizationId, { signal, onWait: tell, evenIfKnown });
          if (placed === null) return this.#hold(key, (repository) => record(key, repository), endTurn);
          endTurn();
          return { held: false, repositories: learn(key, placed) };
        } catch (error) {
          endTurn();
          throw error;
        }
      },
      forget: async (key, repository) => {
        this.#known.remove(nameOf(key), repository);
        await writeDb.blobLease.deleteMany({ where: { ...key, organizationId, repository, ownerId: null } });
      },
    };
  }

  /**
   * Forgets what this process knows of blobs when anything has been pruned since it last asked; to be called before the
   * work of each image. Nothing is pruned while copies to the same host are at work, so what is known at its beginning
   * is as good at its end. Other hosts' blobs are asked for once more, which does no harm.
   */
  async heedPrunes(): Promise<void> {
    const prunes = await readPrunes();
    if (prunes === this.#prunes) return;
    this.#prunes = prunes;
    this.#known = new KnownBlobs();
  }

  /** Gives back what is still held, so that others need not wait for its end. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await writeDb.blobLease.deleteMany({ where: { ownerId: this.#ownerId } });
  }

  #beginTurn(id: string): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turns.set(id, promise);
    return () => {
      this.#turns.delete(id);
      resolve();
    };
  }

  /** The row, taken (null), or where another worker has put the blob. */
  async #acquireRow(
    key: TransferKey,
    organizationId: string | null,
    { signal, onWait, evenIfKnown = false }: AcquireOptions,
  ): Promise<PlacedBlob | null> {
    for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 1.5, longestWaitMs)) {
      if (await this.#tryRow(key, organizationId, evenIfKnown)) return null;
      const placed = evenIfKnown ? null : await findPlaced(key, organizationId);
      if (placed !== null) return placed;
      onWait?.();
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

  /** A lease on the row that was taken. Its turn ends after the row: nobody here may take it up in between. */
  #hold(key: TransferKey, record: (repository: Repository) => void, endTurn: () => void): TransferLease {
    const id = formatKey(key);
    const lost = new AbortController();
    this.#held.set(id, { key, lost });
    const end = async (write: () => Promise<unknown>) => {
      this.#held.delete(id);
      try {
        await write();
      } catch (error) {
        // The blob has arrived, or another failure is on its way to whoever asks why not; the row just runs out.
        logger.warn({ err: error, ...key }, "the lease of a blob could not be ended; it will run out");
      } finally {
        endTurn();
      }
    };
    return {
      held: true,
      signal: lost.signal,
      complete: async (repository) => {
        record(repository);
        await end(
          () => writeDb.$executeRaw`
            UPDATE "BlobLease"
               SET "ownerId" = NULL, "repository" = ${repository},
                   "expiresAt" = now() + make_interval(secs => ${placedSeconds})
             WHERE "origin" = ${key.origin} AND "digest" = ${key.digest} AND "ownerId" = ${this.#ownerId}::uuid`,
        );
      },
      release: () => end(() => writeDb.blobLease.deleteMany({ where: { ...key, ownerId: this.#ownerId } })),
    };
  }

  /** Renews what is held; what another has taken meanwhile is given up. */
  async #renew(): Promise<void> {
    // Before the question: what is taken while it is under way is not in its answer.
    const held = [...this.#held];
    if (held.length === 0 || this.#renewing) return;
    this.#renewing = true;
    const [origins, digests] = [held.map(([, { key }]) => key.origin), held.map(([, { key }]) => key.digest)];
    try {
      const renewed = await writeDb.$queryRaw<TransferKey[]>`
        UPDATE "BlobLease" lease SET "expiresAt" = now() + make_interval(secs => ${leaseSeconds})
          FROM unnest(${origins}::text[], ${digests}::text[]) AS held("origin", "digest")
         WHERE lease."origin" = held."origin" AND lease."digest" = held."digest"
           AND lease."ownerId" = ${this.#ownerId}::uuid
        RETURNING lease."origin", lease."digest"`;
      const ours = new Set(renewed.map(formatKey));
      for (const [id, row] of held) if (!ours.has(id) && this.#held.get(id) === row) row.lost.abort();
    } catch (error) {
      logger.warn({ err: error }, "leases of blobs could not be renewed");
    } finally {
      this.#renewing = false;
    }
  }
}

function formatKey({ origin, digest }: TransferKey): string {
  return `${origin} ${digest}`;
}

function once(task: (() => void) | undefined): () => void {
  let done = false;
  return () => {
    if (!done) task?.();
    done = true;
  };
}

/** Changes with each prune that has begun or ended for as long as anything is believed that is older. */
async function readPrunes(): Promise<string> {
  const rows = await db.$queryRaw<{ id: string; run: number; state: string }[]>`
    SELECT "id", "run", "state"::text AS "state" FROM "MirrorJob"
     WHERE "kind" = 'prune'
       AND ("state" IN ('queued', 'planning', 'planned', 'running')
         OR "finishedAt" > now() - make_interval(secs => ${2 * placedSeconds}))
     ORDER BY "id"`;
  return rows.map(({ id, run, state }) => `${id}:${run}:${state}`).join(" ");
}

/** Where a blob was put not long ago, by any worker. */
async function findPlaced(
  { origin, digest }: TransferKey,
  organizationId: string | null,
): Promise<PlacedBlob | null> {
  const [row] = await db.$queryRaw<{ repository: string; believedMs: number }[]>`
    SELECT "repository", extract(epoch FROM "expiresAt" - now())::float8 * 1000 AS "believedMs" FROM "BlobLease"
     WHERE "origin" = ${origin} AND "digest" = ${digest} AND "repository" IS NOT NULL AND "expiresAt" > now()
       AND "organizationId" IS NOT DISTINCT FROM ${organizationId}::uuid`;
  return row ? { repository: parseRepository(row.repository), believedMs: row.believedMs } : null;
}
