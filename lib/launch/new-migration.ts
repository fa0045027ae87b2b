import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbedded } from "#lib/db/embedded.ts";
import { migrateDatabase } from "#lib/db/migrate.ts";
import { diffSchema } from "#lib/db/schema-engine.ts";

// `npm run migration:new NAME`: writes the SQL that leads from the migrations so far to prisma/schema.prisma.
const migrationsDir = "prisma/migrations";

const [name = ""] = process.argv.slice(2);
if (!/^[a-z][a-z0-9_]*$/.test(name)) {
  console.error("Usage: npm run migration:new NAME (lower case letters, digits, _)");
  process.exit(2);
}

const dataDir = await mkdtemp(join(tmpdir(), "drayage-migration-"));
const database = await startEmbedded(dataDir, { say: console.error });
try {
  await migrateDatabase(database.url);
  const sql = await diffSchema(database.url);
  if (sql === "") {
    console.log("The migrations already make what prisma/schema.prisma says: nothing to do.");
  } else {
    const last = (await readdir(migrationsDir)).toSorted().at(-1) ?? "0000";
    const number = String(Number.parseInt(last) + 1).padStart(4, "0");
    const dir = join(migrationsDir, `${number}_${name}`);
    await mkdir(dir);
    await writeFile(join(dir, "migration.sql"), sql);
    console.log(`Wrote ${dir}/migration.sql. Read it before you commit it.`);
  }
} finally {
  await database.stop();
  await rm(dataDir, { recursive: true, force: true });
}
