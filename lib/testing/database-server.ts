import { readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import type { TestProject } from "vitest/node";
import { isAlive } from "#lib/db/embedded/postmaster.ts";
import { startEmbedded, stopEmbedded } from "#lib/db/embedded.ts";
import { migrateDatabase } from "#lib/db/migrate.ts";
import { fetchPrograms } from "./programs.ts";

declare module "vitest" {
  interface ProvidedContext {
    testDatabase: TestDatabaseServer;
  }
}

/** What a test needs to make databases on the run's server. */
export interface TestDatabaseServer {
  adminUrl: string;
  /** The panel's role on its own database, which is the migrated template of the others. */
  templateUrl: string;
}

const dirPrefix = "drayage-tests-";

/** Vitest's global set-up: one PostgreSQL for the whole run, with a migrated database to copy, and the programs. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await Promise.all([removeLeftovers(), fetchPrograms()]);
  const dir = join(tmpdir(), `${dirPrefix}${process.pid}`);
  const server = await startEmbedded(dir, {
    say: (sentence) => void process.stderr.write(`${sentence}\n`),
    // Nothing here is worth keeping: a test run may lose it.
    settings: { fsync: "off", full_page_writes: "off", synchronous_commit: "off", max_connections: "200" },
  });
  const teardown = async () => {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  };
  try {
    await migrateDatabase(server.url);
    await forbidConnections(server.adminUrl, new URL(server.url).pathname.slice(1));
  } catch (error) {
    await teardown();
    throw error;
  }
  project.provide("testDatabase", { adminUrl: server.adminUrl, templateUrl: server.url });
  return teardown;
}

/** A database with sessions on it cannot be copied. */
async function forbidConnections(adminUrl: string, database: string): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  await client.query(`ALTER DATABASE ${client.escapeIdentifier(database)} ALLOW_CONNECTIONS false`);
  await client.end();
}

/** Servers of runs that were killed. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = name.startsWith(dirPrefix) ? Number(name.slice(dirPrefix.length)) : NaN;
    if (!Number.isInteger(pid) || isAlive(pid)) continue;
    await stopEmbedded(join(tmpdir(), name));
    await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
}
