import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { inject } from "vitest";
import { connectDatabase, disconnectDatabase } from "#lib/db/client.ts";
import type { TestDatabaseServer } from "./database-server.ts";

export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** Without tables. */
  empty?: boolean;
}

/**
 * A fresh database on the run's PostgreSQL, a copy of the migrated template unless told otherwise. The
 * clients of this process point to it from now on.
 */
export async function createTestDatabase({ empty = false }: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const server = inject("testDatabase");
  const template = new URL(server.templateUrl);
  const name = `test_${randomBytes(6).toString("hex")}`;
  await runAsAdmin(server, (client) => {
    const source = empty ? "template0" : template.pathname.slice(1);
    const names = [name, source, template.username].map((each) => client.escapeIdentifier(each));
    return client.query(`CREATE DATABASE ${names[0]} TEMPLATE ${names[1]} OWNER ${names[2]}`);
  });
  const url = Object.assign(new URL(template), { pathname: `/${name}` }).href;
  await connectDatabase(url);
  return {
    url,
    drop: async () => {
      await disconnectDatabase();
      // Worker processes of a test may still hold a connection.
      await runAsAdmin(server, (client) =>
        client.query(`DROP DATABASE ${client.escapeIdentifier(name)} (FORCE)`),
      );
    },
  };
}

async function runAsAdmin(
  server: TestDatabaseServer,
  run: (client: Client) => Promise<unknown>,
): Promise<void> {
  const client = new Client({ connectionString: server.adminUrl });
  await client.connect();
  try {
    await run(client);
  } finally {
    await client.end();
  }
}
