import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { folder } from "./stack.ts";

/** Runs beside the panel, as `server-only` lets nobody in who was not started for it. */
const script = `
  import { Client } from "pg";
  import { findEmbedded } from "#lib/db/embedded.ts";
  const client = new Client({ connectionString: await findEmbedded(process.argv[1]) });
  await client.connect();
  const { rows } = await client.query(
    "SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables" +
      " WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE'",
  );
  for (const { name } of rows) {
    const found = await client.query("SELECT each::text AS row FROM " + name + " AS each");
    for (const { row } of found.rows) console.log(name, row);
  }
  await client.end();`;

/** All rows of all tables of the stack's database, the queue's among them, as text. */
export function dumpDatabase(): string {
  return execFileSync(
    process.execPath,
    ["--conditions=react-server", "--input-type=module", "--eval", script, resolve(folder, "data")],
    { encoding: "utf8", maxBuffer: 512 * 1024 * 1024 },
  );
}
