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
const leaseSeconds = 30;
const renewalMs = 10_000;
/** How long it is believed that a blob is where it was put: registries collect what no manifest names. */
const placedSeconds = 3_600;
const firstWaitMs = 200;
const longestWaitMs = 2_000;

type HeldLease = TransferLease & { readonly held: true };

/**
 * Coordinates the transfers of all workers: whoever carries a blob holds a row, renewed by heartbeat; who waits for it
 * mounts the blob afterwards. Within this process nothing is asked of the database twice.
 */
export class LeaseCoordinator implements TransferCoordinator {
  readonly #ownerId: string;
  readonly #own = createInProcessCoordinator();
  readonly #held = new Map<string, { key: TransferKey; lost: AbortController }>();
  readonly #timer: NodeJS.Timeout;

  constructor(ownerId: string) {
    this.#ownerId = ownerId;
    this.#timer = setInterval(() => void this.#renew(), renewalMs);
    this.#timer.unref();
  }

  /** Gives back what is still held, so that others need not wait for its end. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await writeDb.blobLease.deleteMany({ where: { ownerId: this.#ownerId } });
  }

  async find(key: TransferKey): Promise<readonly Repository[] | null> {
    return this.#own.find(key);
  }

  async acquire(
    key: TransferKey,
    options: Parameters<TransferCoordinator["acquire"]>[1],
  ): Promise<Awaited<ReturnType<TransferCoordinator["acquire"]>>> {
    const own = await this.#own.acquire(key, options);
    if (!own.held) return own;
    try {
      const found = await this.#acquireRow(key, options);
      if (found !== null) {
        await own.complete(found);
        return { held: false, repositories: [found] };
      }
      return this.#hold(key, own);
    } catch (error) {
      await own.release();
      throw error;
    }
  }

  async record(key: TransferKey, repository: Repository): Promise<void> {
    await this.#own.record(key, repository);
  }

  async forget(key: TransferKey, repository: Repository): Promise<void> {
    await this.#own.forget(key, repository);
    await writeDb.blobLease.deleteMany({ where: { ...key, repository, ownerId: null } });
  }

  /** The row, taken, or where another worker has put the blob. */
  async #acquireRow(
    key: TransferKey,
    { signal, onWait, evenIfKnown = false }: Parameters<TransferCoordinator["acquire"]>[1],
  ): Promise<Repository | null> {
    let told = false;
    for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 1.5, longestWaitMs)) {
      if (await this.#tryRow(key, evenIfKnown)) return null;
      const row = await db.blobLease.findUnique({ where: { origin_digest: key } });
      if (row?.ownerId === null && row.repository !== null && !evenIfKnown) {
        return parseRepository(row.repository);
      }
      // Gone between one question and the next: the next attempt gets it.
      if (row === null) continue;
      if (!told) onWait?.();
      told = true;
      await sleep(waitMs * (0.75 + Math.random() / 2), undefined, signal ? { signal } : {});
    }
  }

  /** Takes the row when nobody has it; by the database's clock, since the hosts' own may differ. */
  async #tryRow({ origin, digest }: TransferKey, evenIfKnown: boolean): Promise<boolean> {
    const taken = await writeDb.$executeRaw`
      INSERT INTO "BlobLease" AS lease ("origin", "digest", "ownerId", "expiresAt")
      VALUES (${origin}, ${digest}, ${this.#ownerId}::uuid, now() + make_interval(secs => ${leaseSeconds}))
      ON CONFLICT ("origin", "digest") DO UPDATE
         SET "ownerId" = excluded."ownerId", "repository" = NULL, "expiresAt" = excluded."expiresAt"
       WHERE lease."expiresAt" < now() OR (${evenIfKnown} AND lease."ownerId" IS NULL)`;
    return taken > 0;
  }

  #hold(key: TransferKey, own: HeldLease): TransferLease {
    const id = `${key.origin} ${key.digest}`;
    const lost = new AbortController();
    this.#held.set(id, { key, lost });
    const mine = { ...key, ownerId: this.#ownerId };
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
        await writeDb.blobLease.deleteMany({ where: mine });
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
      for (const [id, { lost }] of this.#held) if (!ours.has(id)) lost.abort();
    } catch (error) {
      logger.warn({ err: error }, "leases of blobs could not be renewed");
    }
  }
}
