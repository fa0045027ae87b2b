import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { getDatabaseUrl, withSessionOptions } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { logger } from "#lib/logger.ts";

/** What is told between processes: ids only, so that who listens reads what it may see. */
export const jobsChannel = "drayage_jobs";
export const cancelChannel = "drayage_cancel";
type Channel = typeof jobsChannel | typeof cancelChannel;

/** Tells listeners, once the transaction is committed, that something about a job has changed. */
export async function notifyJob(
  tx: Pick<Prisma.TransactionClient, "$executeRaw">,
  channel: Channel,
  jobId: string,
): Promise<void> {
  await tx.$executeRaw`SELECT pg_notify(${channel}, ${jobId})`;
}

export interface Listener {
  close(): Promise<void>;
}

const checkIntervalMs = 10_000;
const queryTimeoutMs = 5_000;
const backoffMs = { first: 500, longest: 15_000 };

/**
 * Holds one connection that hears `channel`, and opens another when it breaks. `onGap` is called whenever messages may
 * have been missed: at the start and after each break. A message names job ids, separated by commas.
 */
export function listen(
  channel: Channel,
  onJobs: (jobIds: readonly string[]) => void,
  onGap: () => void,
): Listener {
  const stop = new AbortController();
  const running = keepListening(channel, onJobs, onGap, stop.signal);
  return {
    async close() {
      stop.abort();
      await running;
    },
  };
}

async function keepListening(
  channel: Channel,
  onJobs: (jobIds: readonly string[]) => void,
  onGap: () => void,
  stop: AbortSignal,
): Promise<void> {
  let waitMs = backoffMs.first;
  do {
    const client = new Client({
      connectionString: withSessionOptions(getDatabaseUrl()),
      application_name: "drayage-listen",
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
      query_timeout: queryTimeoutMs,
    });
    const broken = new AbortController();
    client.on("error", (error) => broken.abort(error));
    client.on("end", () => broken.abort());
    client.on("notification", ({ payload }) => {
      if (payload) onJobs(payload.split(","));
    });
    try {
      await client.connect();
      await client.query(`LISTEN ${channel}`);
      waitMs = backoffMs.first;
      onGap();
      // A connection that died without a word is noticed by asking.
      const signal = AbortSignal.any([stop, broken.signal]);
      for (;;) {
        await sleep(checkIntervalMs, undefined, { signal, ref: false });
        await client.query("SELECT 1");
      }
    } catch (error) {
      const reason: unknown = broken.signal.reason ?? error;
      if (!stop.aborted) logger.warn({ err: reason, channel }, "the connection for notifications is down");
    }
    client.removeAllListeners("notification");
    await client.end().catch(() => undefined);
    const jitter = 0.5 + Math.random() / 2;
    await sleep(waitMs * jitter, undefined, { signal: stop, ref: false }).catch(() => undefined);
    waitMs = Math.min(waitMs * 2, backoffMs.longest);
  } while (!stop.aborted);
}
