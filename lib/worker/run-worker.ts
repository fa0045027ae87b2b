import "server-only";
import { randomUUID } from "node:crypto";
import { logger } from "#lib/logger.ts";
import { consume } from "#lib/queue/consume.ts";
import { cancelChannel, listen } from "#lib/queue/notifications.ts";
import { bundleWork } from "./handlers/bundle-work.ts";
import { checkCertificates } from "./handlers/check-certificates.ts";
import { copyTask } from "./handlers/copy-task.ts";
import { deliverNotification } from "./handlers/deliver-notification.ts";
import { endOverlaps } from "./handlers/end-overlaps.ts";
import { examine } from "./handlers/examine.ts";
import { keepHouse } from "./handlers/keep-house.ts";
import { planJob } from "./handlers/plan-job.ts";
import { prepareTarget } from "./handlers/prepare-target.ts";
import { probeRegistries } from "./handlers/probe-registries.ts";
import { runSchedules } from "./handlers/run-schedules.ts";
import { JobSessions } from "./job-sessions.ts";
import { JobSignals } from "./job-signals.ts";
import { ProgressRecorder } from "./progress-recorder.ts";
import { LeaseCoordinator } from "./lease-coordinator.ts";
import { StoreAnnouncer } from "./store-announcer.ts";
import type { WorkerContext } from "./worker-context.ts";
import { keepWorkerRow } from "./worker-row.ts";

// Plans are small requests; two jobs may be planned while others are copied.
const plansAtOnce = 2;
/** Of one store: a check or an import beside an export. */
const bundlesAtOnce = 2;

/** People wait for them, and each waits for servers most of the time. */
const examinationsAtOnce = 4;

/** A receiver that does not answer keeps no other from being told. */
const deliveriesAtOnce = 4;

export interface WorkerConfig {
  /** Images copied at once by this process. */
  concurrency: number;
  version: string;
}

export interface RunningWorker {
  id: string;
  /** Hands back what is at work, writes what is to be written, and ends. */
  stop(): Promise<void>;
}

/** Runs a worker in this process, on the database it is connected to. Any number of them may run. */
export async function runWorker(config: WorkerConfig): Promise<RunningWorker> {
  const workerId = randomUUID();
  const shutdown = new AbortController();
  const signals = new JobSignals();
  const coordinator = new LeaseCoordinator(workerId);
  const context: WorkerContext = {
    workerId,
    recorder: new ProgressRecorder(workerId),
    signals,
    sessions: new JobSessions(config.concurrency, coordinator),
    shutdown: shutdown.signal,
  };
  const announcer: { stores?: StoreAnnouncer } = {};
  const row = await keepWorkerRow(workerId, config, (liveWorkers) => {
    void signals.check();
    if (liveWorkers !== null) context.sessions.share(liveWorkers);
    void announcer.stores?.announce();
  });
  const listener = listen(
    cancelChannel,
    (jobIds) => void signals.check(jobIds),
    () => void signals.check(),
  );
  const consumer = await consume({
    planJob: { atOnce: plansAtOnce, handle: (...message) => planJob(context, ...message) },
    prepareTarget: { atOnce: plansAtOnce, handle: (...message) => prepareTarget(context, ...message) },
    copyTask: { atOnce: config.concurrency, handle: (...message) => copyTask(context, ...message) },
    probeRegistries: {
      atOnce: 1,
      every: "*/5 * * * *",
      handle: (_nothing, { signal }) => probeRegistries(AbortSignal.any([shutdown.signal, signal])),
    },
    bundleWork: { atOnce: bundlesAtOnce, handle: (...message) => bundleWork(context, ...message) },
    keepHouse: { atOnce: 1, every: "* * * * *", handle: () => keepHouse() },
    runSchedules: {
      atOnce: 1,
      every: "* * * * *",
      handle: (_nothing, { signal }) => runSchedules(AbortSignal.any([shutdown.signal, signal])),
    },
    endOverlaps: {
      atOnce: 1,
      every: "* * * * *",
      handle: (_nothing, { signal }) => endOverlaps(AbortSignal.any([shutdown.signal, signal])),
    },
    deliverNotification: { atOnce: deliveriesAtOnce, handle: deliverNotification },
    checkCertificates: {
      atOnce: 1,
      every: "23 5 * * *",
      handle: (_nothing, { signal }) => checkCertificates(AbortSignal.any([shutdown.signal, signal])),
    },
    examine: { atOnce: examinationsAtOnce, handle: (...message) => examine(context, ...message) },
  });
  const stores = new StoreAnnouncer(workerId, consumer);
  announcer.stores = stores;
  await stores.announce();
  logger.info({ workerId, concurrency: config.concurrency }, "worker started");

  const stop = async () => {
    shutdown.abort();
    await stores.stop();
    await consumer.stop();
    await listener.close();
    await context.sessions.closeAll();
    await coordinator.stop();
    await context.recorder.close();
    await row.stop();
    logger.info({ workerId }, "worker stopped");
  };
  let stopping: Promise<void> | undefined;
  return { id: workerId, stop: () => (stopping ??= stop()) };
}
