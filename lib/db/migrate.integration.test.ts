import { readdirSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { migrateDatabase, MigrationError } from "./migrate.ts";
import { diffSchema } from "./schema-engine.ts";

const own = readdirSync("prisma/migrations")
  .filter((name) => /^\d/.test(name))
  .toSorted();
let database: TestDatabase;
let dir: string;

beforeEach(async () => {
  database = await createTestDatabase({ empty: true });
  dir = await mkdtemp(join(tmpdir(), "drayage-migrations-"));
  await cp("prisma/migrations", dir, { recursive: true });
});

afterEach(async () => {
  await database.drop();
  await rm(dir, { recursive: true, force: true });
});

async function addMigration(name: string, sql: string) {
  await mkdir(join(dir, name));
  await writeFile(join(dir, name, "migration.sql"), sql);
}

async function query(sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(sql);
  await client.end();
  return rows;
}

const countTables = "SELECT count(*)::int AS count FROM pg_tables WHERE schemaname = 'public'";

describe("migrations", () => {
  test("make what prisma/schema.prisma says", async () => {
    await migrateDatabase(database.url);
    expect(await diffSchema(database.url)).toBe("");
    await query('ALTER TABLE "Organization" DROP COLUMN "displayName"');
    expect(await diffSchema(database.url)).toContain('ADD COLUMN     "displayName"');
  });

  test("two processes that start at once apply each of them once", async () => {
    const runs = await Promise.all([1, 2, 3].map(() => migrateDatabase(database.url, { dir })));
    expect(runs.flat()).toEqual(own);
    expect(await migrateDatabase(database.url, { dir })).toEqual([]);
    const recorded = "SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL";
    expect(await query(`${recorded} ORDER BY 1`)).toEqual(own.map((name) => ({ name })));
  });

  test("take functions whose bodies hold semicolons", async () => {
    await addMigration(
      "9002_function",
      "CREATE FUNCTION one() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END; $$; -- a; b",
    );
    await migrateDatabase(database.url, { dir });
    expect(await query("SELECT one()")).toEqual([{ one: 1 }]);
  });

  test("a failed one is undone whole, says so, and is tried again when it is mended", async () => {
    await migrateDatabase(database.url, { dir });
    const before = await query(countTables);
    await addMigration(
      "9002_broken",
      'CREATE TABLE "First" (id int);\nCREATE TABLE "Organization" (id int);',
    );
    const attempt = migrateDatabase(database.url, { dir });
    await expect(attempt).rejects.toThrow(MigrationError);
    await expect(attempt).rejects.toThrow(
      /^The migration 9002_broken failed and was undone \(ERROR: relation "Organization" already exists\)/,
    );
    expect(await query(countTables)).toEqual(before);
    await writeFile(join(dir, "9002_broken", "migration.sql"), 'CREATE TABLE "First" (id int);');
    expect(await migrateDatabase(database.url, { dir })).toEqual(["9002_broken"]);
  });

  test("a killed one leaves nothing behind", async () => {
    await migrateDatabase(database.url, { dir });
    await addMigration("9002_slow", 'CREATE TABLE "First" (id int); SELECT pg_sleep(60);');
    const attempt = migrateDatabase(database.url, { dir });
    attempt.catch(() => undefined);
    const sleeping = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
    await expect.poll(() => query(sleeping), { timeout: 10_000 }).toHaveLength(1);
    await query(`SELECT pg_terminate_backend(pid) FROM (${sleeping}) AS slow`);
    await expect(attempt).rejects.toThrow(MigrationError);
    await writeFile(join(dir, "9002_slow", "migration.sql"), 'CREATE TABLE "First" (id int);');
    expect(await migrateDatabase(database.url, { dir })).toEqual(["9002_slow"]);
  });

  test("a database that is newer than the code is refused", async () => {
    await addMigration("9002_later", 'CREATE TABLE "Later" (id int);');
    await migrateDatabase(database.url, { dir });
    await rm(join(dir, "9002_later"), { recursive: true });
    await expect(migrateDatabase(database.url, { dir })).rejects.toThrow(
      "The database is newer than this Drayage (it has 9002_later).",
    );
  });

  test("a migration that was changed after it was applied is refused", async () => {
    await migrateDatabase(database.url, { dir });
    await writeFile(join(dir, "0001_spine", "migration.sql"), "SELECT 1;");
    await expect(migrateDatabase(database.url, { dir })).rejects.toThrow(
      "The migration 0001_spine in the database is",
    );
  });

  test("a database that cannot be reached or refuses is named without its password", async () => {
    const wrong = Object.assign(new URL(database.url), { password: "hunter2" }).href;
    const refused = migrateDatabase(wrong, { dir });
    await expect(refused).rejects.toThrow(
      /^The database at .* cannot be used: password authentication failed/,
    );
    await expect(refused).rejects.not.toThrow("hunter2");
    const nobody = "postgresql://drayage:hunter2@127.0.0.1:9/drayage";
    const unreachable = migrateDatabase(nobody, { dir, connectTimeoutMs: 600 });
    await expect(unreachable).rejects.toThrow(/^The database at 127.0.0.1:9 cannot be used: /);
  });
});
