import "server-only";
import { type HeldStore, listHeldStores } from "#lib/bundle-stores.ts";
import { writeDb } from "#lib/db/client.ts";
import { measureFreeSpace } from "#lib/engine/bundle/export-folder.ts";
import { logger } from "#lib/logger.ts";
import type { Consumer } from "#lib/queue/consume.ts";

/** Tells which stores this worker holds, and takes their messages as long as it does. */
export class StoreAnnouncer {
  readonly #workerId: string;
  readonly #consumer: Pick<Consumer, "takeStore" | "leaveStore">;
  readonly #held = new Set<string>();
  #announcing: Promise<void> | null = null;
  #stopped = false;

  constructor(workerId: string, consumer: Pick<Consumer, "takeStore" | "leaveStore">) {
    this.#workerId = workerId;
    this.#consumer = consumer;
  }

  /** Looks again. One look at a time: a disk may take long to answer. */
  async announce(): Promise<void> {
    if (this.#stopped) return;
    this.#announcing ??= this.#announce()
      .catch((error: unknown) =>
        logger.warn({ err: error }, "the folders for bundles could not be announced"),
      )
      .finally(() => (this.#announcing = null));
    await this.#announcing;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#announcing;
    await writeDb.storeHolder.deleteMany({ where: { workerId: this.#workerId } });
  }

  async #announce(): Promise<void> {
    const stores = await listHeldStores();
    for (const store of stores) {
      await announceStore(this.#workerId, store);
      if (this.#held.has(store.id)) continue;
      this.#held.add(store.id);
      await this.#consumer.takeStore(store.id);
    }
    const ids = stores.map(({ id }) => id);
    for (const id of this.#held) {
      if (ids.includes(id)) continue;
      this.#held.delete(id);
      await this.#consumer.leaveStore(id);
    }
    await writeDb.storeHolder.deleteMany({ where: { workerId: this.#workerId, storeId: { notIn: ids } } });
  }
}

async function announceStore(workerId: string, { id, name, path }: HeldStore): Promise<void> {
  const freeBytes = BigInt(await measureFreeSpace(path));
  await writeDb.$executeRaw`
    WITH store AS (
      -- The name is an operator's, who may have changed it; workers that call it otherwise take turns.
      INSERT INTO "BundleStore" ("id", "name") VALUES (${id}::uuid, ${name})
      ON CONFLICT ("id") DO UPDATE SET "name" = excluded."name" RETURNING "id"
    )
    INSERT INTO "StoreHolder" ("storeId", "workerId", "freeBytes")
    SELECT "id", ${workerId}::uuid, ${freeBytes} FROM store
    ON CONFLICT ("storeId", "workerId") DO UPDATE SET "freeBytes" = excluded."freeBytes", "seenAt" = now()`;
}
