import { z } from "zod";

/** How messages of a queue are kept and handed out; what pg-boss calls queue options. */
export interface QueueOptions {
  /** One message per key waits or runs at a time, so that sending one again is harmless. */
  policy: "exclusive";
  /** Wakes idle workers at once. */
  notify: true;
  /** How often a message is handed out again when its worker is lost or stops: application failures never count. */
  retryLimit: number;
  retryDelay: 0;
  expireInSeconds: number;
  deleteAfterSeconds: number;
  retentionSeconds: number;
  heartbeatSeconds?: number;
}

interface Payloads {
  planJob: { jobId: string; run: number };
  prepareTarget: { jobId: string; run: number };
  copyTask: { taskId: string; jobId: string; run: number };
  bundleWork: BundleWork;
  /** One that a change asks for is not left out since another, which may go by what was before, is at work. */
  probeRegistries: { asked?: boolean | undefined };
  keepHouse: Record<string, never>;
  runSchedules: Record<string, never>;
  /** `attempt`: how often it was sent before; `giveUpAfter` tells one series of attempts from another. */
  deliverNotification: { deliveryId: string; attempt: number; giveUpAfter: number };
  checkCertificates: Record<string, never>;
  endOverlaps: Record<string, never>;
  examine: { runId: string };
}

/** What is done with bundles, by a worker that holds their store. */
type BundleWork = { storeId: string } & (
  | { kind: "plan" | "copy"; jobId: string; run: number }
  | { kind: "check" | "remove"; bundleId: string }
  | { kind: "remove-file"; name: string }
  /** One that a person asks for is not left out since another, which may have seen less, is at work. */
  | { kind: "scan"; asked?: boolean | undefined }
);

export type ContractName = keyof Payloads;
export type Payload<N extends ContractName> = Payloads[N];

interface Contract<P> {
  name: string;
  payload: z.ZodType<P>;
  options: QueueOptions;
  /** Makes a repeated message the same message. */
  key: (payload: P) => string;
  /** Of messages that only some workers take: which of several queues a message belongs to. */
  part?: (payload: P) => string;
}

const hour = 3600;
const day = 24 * hour;
const kept = { policy: "exclusive", notify: true, retryDelay: 0, deleteAfterSeconds: hour } as const;
// The shortest heartbeat and the longest expiry that pg-boss allows: a lost worker shows by its silence, and a long
// copy is not a lost one.
const long = {
  ...kept,
  heartbeatSeconds: 10,
  expireInSeconds: day,
  retentionSeconds: 90 * day,
  retryLimit: 1000,
};
const brief = { ...kept, expireInSeconds: 120, retentionSeconds: hour, retryLimit: 0 };

const nothing = z.object({}).transform((): Record<string, never> => ({}));

/** Every kind of message, by its queue. A message may be older than this code: it is parsed when it is claimed. */
export const contracts: { [N in ContractName]: Contract<Payload<N>> } = {
  planJob: {
    name: "plan-job",
    payload: z.object({ jobId: z.uuid(), run: z.int().min(1) }),
    options: long,
    key: ({ jobId, run }) => `${jobId}:${run}`,
  },
  prepareTarget: {
    name: "prepare-target",
    payload: z.object({ jobId: z.uuid(), run: z.int().min(1) }),
    options: long,
    key: ({ jobId, run }) => `${jobId}:${run}`,
  },
  copyTask: {
    name: "copy-task",
    payload: z.object({ taskId: z.uuid(), jobId: z.uuid(), run: z.int().min(1) }),
    options: long,
    key: ({ taskId, run }) => `${taskId}:${run}`,
  },
  bundleWork: {
    name: "bundle-work",
    payload: z
      .object({ storeId: z.uuid() })
      .and(
        z.discriminatedUnion("kind", [
          z.object({ kind: z.enum(["plan", "copy"]), jobId: z.uuid(), run: z.int().min(1) }),
          z.object({ kind: z.enum(["check", "remove"]), bundleId: z.uuid() }),
          z.object({ kind: z.literal("remove-file"), name: z.string().min(1) }),
          z.object({ kind: z.literal("scan"), asked: z.boolean().optional() }),
        ]),
      ),
    options: long,
    key: (work) => {
      if (work.kind === "scan") return work.asked ? `${work.kind}:asked` : work.kind;
      if (work.kind === "remove-file") return `${work.kind}:${work.name}`;
      return "jobId" in work ? `${work.kind}:${work.jobId}:${work.run}` : `${work.kind}:${work.bundleId}`;
    },
    part: ({ storeId }) => storeId,
  },
  probeRegistries: {
    name: "probe-registries",
    payload: z.object({ asked: z.boolean().optional() }),
    options: brief,
    key: ({ asked }) => (asked ? "asked" : "all"),
  },
  keepHouse: { name: "keep-house", payload: nothing, options: brief, key: () => "all" },
  runSchedules: { name: "run-schedules", payload: nothing, options: brief, key: () => "all" },
  deliverNotification: {
    name: "deliver-notification",
    payload: z.object({ deliveryId: z.uuid(), attempt: z.int().min(0), giveUpAfter: z.int().min(1) }),
    options: long,
    key: ({ deliveryId, attempt, giveUpAfter }) => `${deliveryId}:${attempt}:${giveUpAfter}`,
  },
  endOverlaps: {
    name: "end-overlaps",
    payload: nothing,
    // The message of a lost worker keeps the next ones away no longer than it takes to see that it is lost.
    options: { ...brief, heartbeatSeconds: 10 },
    key: () => "all",
  },
  checkCertificates: {
    name: "check-certificates",
    payload: nothing,
    options: { ...brief, expireInSeconds: 1800 },
    key: () => "all",
  },
  examine: {
    name: "examine",
    payload: z.object({ runId: z.uuid() }),
    options: { ...long, expireInSeconds: hour, retentionSeconds: day },
    key: ({ runId }) => runId,
  },
};

/** The queue of a contract, or the one of its queues that only some workers take from. */
export function formatQueueName({ name }: { name: string }, part?: string): string {
  return part === undefined ? name : `${name}.${part}`;
}

/** A task handed out this often without an end takes its worker down each time. */
export const maxLostWorkers = 20;
/** What fails without a reason that has a name, of a database that was away say, is tried again this often. */
export const maxUnexplained = 3;
