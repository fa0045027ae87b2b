import "server-only";
import { connectDatabase, disconnectDatabase, getDatabaseUrl } from "#lib/db/client.ts";
import { EmbeddedDatabaseError } from "#lib/db/embedded/errors.ts";
import { findEmbedded } from "#lib/db/embedded.ts";
import { migrateDatabase, MigrationError } from "#lib/db/migrate.ts";
import { env } from "#lib/env.ts";
import { logger } from "#lib/logger.ts";
import packageJson from "../../package.json" with { type: "json" };
import { type RunningWorker, runWorker } from "./run-worker.ts";

async function start(): Promise<RunningWorker> {
  // A worker alone joins the database that the panel runs, or the one it is told.
  if (env.DATABASE_URL === undefined) {
    const url = await findEmbedded(env.DATA_DIR);
    if (url === null) {
      throw new EmbeddedDatabaseError(
        `No database runs on ${env.DATA_DIR}. Start the panel first, or set DATABASE_URL.`,
      );
    }
    await connectDatabase(url);
  }
  // Whoever starts first brings the database to what this code needs; the others wait for it.
  await migrateDatabase(getDatabaseUrl());
  return runWorker({ concurrency: env.WORKER_CONCURRENCY, version: packageJson.version });
}

async function stop(reason: string): Promise<void> {
  logger.info({ reason }, "worker is to stop");
  try {
    await (await starting).stop();
    await disconnectDatabase();
    process.exit(0);
  } catch (error) {
    logger.error({ err: error }, "the worker could not stop in order");
    process.exit(1);
  }
}

const starting = start();
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void stop(signal));
// Started by a launcher that is gone: nobody else would end this process.
process.on("disconnect", () => void stop("launcher gone"));

try {
  const { id } = await starting;
  process.send?.({ type: "worker-ready", id });
} catch (error) {
  // These are sentences for the person at the terminal, whom a trace of our sources would only distract.
  const isSentence = error instanceof EmbeddedDatabaseError || error instanceof MigrationError;
  if (isSentence) process.stderr.write(`${error.message}\n`);
  else logger.fatal({ err: error }, "the worker could not start");
  process.exit(1);
}
