import { z } from "zod";
import { ComponentKind, JobKind, JobState, TaskState, Verdict } from "#lib/db/generated/enums.ts";
import { anyOf } from "./any-of.ts";
import { listQuery } from "./list-query.ts";
import { platform } from "./platform.ts";
import { repositoryPath } from "./repository-path.ts";

/** Images of one job: as many as one list may have. */
export const maxJobImages = 20_000;

/** Extra tags that are kept of one comparison. */
export const maxKeptExtras = 10_000;

const maxPlatforms = 20;

/** Without `componentIds` all enabled components of the releases are copied. */
export const startJobInput = z.object({
  kind: z.enum(["mirror", "verify"]).default("mirror"),
  releaseIds: z.array(z.uuid()).min(1).max(50).transform(distinct),
  componentIds: z.array(z.uuid()).min(1).max(maxJobImages).optional(),
  /** Stands in for the registries that the releases name; null: each image is read from its own. */
  sourceRegistryId: z.uuid().nullable(),
  sourceBasePath: repositoryPath.default(""),
  destinationId: z.uuid(),
  organizationId: z.uuid().nullable().default(null),
  holdAfterPlanning: z.boolean().default(false),
  /** None means all. */
  platforms: z.array(platform).max(maxPlatforms).transform(distinct).default([]),
  /** Signatures, attestations and SBOMs come along. */
  referrers: z.boolean().default(false),
  /** Layers that may not be redistributed come along. */
  foreignLayers: z.boolean().default(false),
  /** Of a comparison: every manifest and layer at the target is read, too. */
  readBlobs: z.boolean().default(false),
});
export type StartJobInput = z.output<typeof startJobInput>;

function distinct<T>(values: T[]): T[] {
  return [...new Set(values)];
}

/** Another job with the images and options of one that has ended: mirrored again, or compared with the source. */
export const repeatJobInput = z.object({
  jobId: z.uuid(),
  kind: z.enum(["mirror", "verify"]),
  /** Of a comparison: every manifest and layer at the target is read, too. */
  readBlobs: z.boolean().default(false),
});
export type RepeatJobInput = z.output<typeof repeatJobInput>;

/** The job that an action is about. */
export const jobInput = z.object({ jobId: z.uuid() });

export const cancelJobInput = jobInput.extend({
  /** Of an export: what it has written so far goes, too. */
  removeBundle: z.boolean().default(false),
});
export type CancelJobInput = z.output<typeof cancelJobInput>;

/** `/api/jobs/[job]` */
export const jobParams = z.object({ job: z.uuid() });
/** `/api/jobs/[job]/tasks/[task]` */
export const taskParams = jobParams.extend({ task: z.uuid() });
/** `/api/jobs/events?job=` */
export const watchQuery = z.object({ job: z.uuid() });

export const jobsQuery = listQuery(["createdAt", "number", "state", "finishedAt"], "desc").extend({
  state: anyOf(JobState),
  kind: anyOf(JobKind),
  organization: z.uuid().optional().catch(undefined),
});
export type JobsQuery = z.output<typeof jobsQuery>;

export const tasksQuery = listQuery(["position", "name", "target", "state", "size", "received"]).extend({
  state: anyOf(TaskState),
  kind: anyOf(ComponentKind),
  verdict: anyOf(Verdict),
  /** A failed image: it and those that failed for the same cause. */
  cause: z.uuid().or(z.literal("")).catch(""),
});
export type TasksQuery = z.output<typeof tasksQuery>;

/** Of what a comparison found beside its images. */
export const extrasQuery = listQuery(["name"]);
export type ExtrasQuery = z.output<typeof extrasQuery>;

/** Which of a job's lists its page shows. */
export const jobLists = ["images", "extra", "kept"] as const;
export const jobPageQuery = z.object({ list: z.enum(jobLists).catch("images") });

export const logQuery = z.object({ format: z.enum(["text", "ndjson"]).catch("text") });
