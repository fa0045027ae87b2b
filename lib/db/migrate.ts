import "server-only";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import type { MigrationList, SchemaEngine } from "@prisma/schema-engine-wasm";
import { Client, type ClientConfig, Pool, type PoolConfig } from "pg";
import { withSessionOptions } from "./client.ts";
import { allTables, openSchemaEngine } from "./schema-engine.ts";

const migrationsDir = fileURLToPath(new URL("../../prisma/migrations", import.meta.url));

/** Ours begins before the engine looks; its own lock (72707369) only when it writes. */
const migrationLock = 72_707_370;
const oldestServer = 15;
/** A database that starts together with us, as under compose, needs a moment. */
const connectPatienceMs = 30_000;

/** The database cannot be brought to what the code needs; the message is a sentence for the person at the terminal. */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
}

export interface MigrateOptions {
  /** Folder of `<name>/migration.sql`. */
  dir?: string;
  connectTimeoutMs?: number;
}

/**
 * Applies the migrations that the database lacks and returns their names. Each is one transaction together with the
 * record of it, so a failed or killed one leaves nothing behind and is tried again at the next start. Processes that
 * start at once wait for each other.
 * @throws MigrationError
 */
export async function migrateDatabase(url: string, options: MigrateOptions = {}): Promise<string[]> {
  const migrationsList = await readMigrations(options.dir ?? migrationsDir);
  const connection = {
    connectionString: withSessionOptions(url),
    application_name: "drayage migrations",
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  };
  const lock = await connect(connection, options.connectTimeoutMs ?? connectPatienceMs);
  try {
    await checkServer(lock);
    await lock.query("SELECT pg_advisory_lock($1)", [migrationLock]);
    return await applyMissing(connection, migrationsList);
  } finally {
    await lock.end();
  }
}

async function applyMissing(connection: PoolConfig, migrationsList: MigrationList): Promise<string[]> {
  // At most one connection, so that the engine's statements fall into our transaction.
  const pool = new Pool({ ...connection, max: 1, idleTimeoutMillis: 0, lock_timeout: 60_000 });
  pool.on("error", () => undefined);
  try {
    const engine = await openSchemaEngine(pool);
    try {
      const missing = await listMissing(engine, migrationsList);
      for (const name of missing) await applyOne(engine, pool, migrationsList, name);
      return missing;
    } finally {
      engine.free();
    }
  } finally {
    await pool.end();
  }
}

async function readMigrations(dir: string): Promise<MigrationList> {
  const entries = await readdir(dir, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const migrationDirectories = await Promise.all(
    names.toSorted().map(async (path) => {
      const value = await readFile(join(dir, path, "migration.sql"), "utf8");
      return { path, migrationFile: { path: "migration.sql", content: { tag: "ok" as const, value } } };
    }),
  );
  return {
    baseDir: dir,
    lockfile: { path: "./migration_lock.toml", content: null },
    shadowDbInitScript: "",
    migrationDirectories,
  };
}

async function connect(connection: ClientConfig, patienceMs: number): Promise<Client> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const client = new Client(connection);
    client.on("error", () => undefined);
    try {
      await client.connect();
      return client;
    } catch (cause) {
      if (Date.now() >= deadline || isRefusal(cause)) {
        const detail = cause instanceof Error && cause.message !== "" ? cause.message : String(cause);
        throw new MigrationError(
          `The database at ${client.host}:${client.port} cannot be used: ${detail}. Check that it runs, and DATABASE_URL.`,
          { cause },
        );
      }
      await sleep(500);
    }
  }
}

/** The server answered and said no: a wrong password (28) or database (3D) does not get better by waiting. */
function isRefusal(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return code.startsWith("28") || code.startsWith("3D");
}

async function checkServer(client: Client): Promise<void> {
  const { rows } = await client.query<{ version: string; encoding: string }>(
    "SELECT current_setting('server_version') AS version, current_setting('server_encoding') AS encoding",
  );
  const { version = "", encoding = "" } = rows[0] ?? {};
  if (Number.parseInt(version) < oldestServer) {
    throw new MigrationError(`PostgreSQL ${oldestServer} or newer is needed; the database is ${version}.`);
  }
  if (encoding !== "UTF8") {
    throw new MigrationError(
      `The database must be encoded in UTF8, not ${encoding}: make a new one with UTF8.`,
    );
  }
}

async function listMissing(engine: SchemaEngine, migrationsList: MigrationList): Promise<string[]> {
  const diagnosis = await engine.diagnoseMigrationHistory({
    migrationsList,
    optInToShadowDatabase: false,
    filters: allTables,
  });
  const [failed] = diagnosis.failedMigrationNames;
  if (failed !== undefined) {
    throw new MigrationError(
      `The migration ${failed} was begun by another program and did not end. Restore the database from a backup.`,
    );
  }
  const [edited] = diagnosis.editedMigrationNames;
  if (edited !== undefined) {
    throw new MigrationError(
      `The migration ${edited} in the database is not the one of this Drayage. Start the version that made the database.`,
    );
  }
  const { history } = diagnosis;
  if (history === null) return [];
  if (history.diagnostic === "databaseIsBehind") return history.unappliedMigrationNames;
  throw new MigrationError(
    `The database is newer than this Drayage (it has ${history.unpersistedMigrationNames.join(", ")}). ` +
      "Install the newer version again, or restore a backup from before the upgrade.",
  );
}

async function applyOne(engine: SchemaEngine, pool: Pool, list: MigrationList, name: string): Promise<void> {
  const upTo = list.migrationDirectories.findIndex((each) => each.path === name) + 1;
  const migrationsList = { ...list, migrationDirectories: list.migrationDirectories.slice(0, upTo) };
  await pool.query("BEGIN");
  try {
    await engine.applyMigrations({ migrationsList, filters: allTables });
    await pool.query("COMMIT");
  } catch (cause) {
    // The pool drops a connection on which a statement failed, and with it the transaction.
    await pool.query("ROLLBACK");
    // The rest of the engine's message is a trace of its own sources.
    const [detail] = /ERROR: .*/.exec(String(cause)) ?? ["see the log"];
    throw new MigrationError(
      `The migration ${name} failed and was undone (${detail}). The database is as it was; the version before still works with it.`,
      { cause },
    );
  }
}
