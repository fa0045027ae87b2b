import "server-only";
import { writeDb } from "#lib/db/client.ts";
import { logger } from "#lib/logger.ts";
import { jobsChannel } from "#lib/queue/notifications.ts";

/** A registry's wish to be left alone. */
interface RequestLimit {
  registry: string;
  /** When it is asked again, in milliseconds since 1970. */
  until: number;
}

/**
 * Says in a job that is at work that a registry rests, and tells who looks. A rest that ends before the one that is known
 * takes nothing back. It is for show, so a database that cannot be written is no reason to stop.
 */
export async function writeRequestLimit(jobId: string, { registry, until }: RequestLimit): Promise<void> {
  const limitedUntil = new Date(until);
  try {
    await writeDb.$queryRaw`
      WITH limited AS (
        UPDATE "MirrorJob" SET "limitedUntil" = ${limitedUntil}, "limitedRegistry" = ${registry}
         WHERE "id" = ${jobId}::uuid AND "state" IN ('planning', 'running')
           AND coalesce("limitedUntil", '-infinity') < ${limitedUntil}
        RETURNING "id"
      )
      SELECT pg_notify(${jobsChannel}, "id"::text)::text FROM limited`;
  } catch (error) {
    logger.warn({ err: error, jobId, registry }, "a registry's rest could not be written");
  }
}
