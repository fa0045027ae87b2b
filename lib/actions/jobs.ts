"use server";
import { cancelJobInput, jobInput, repeatJobInput, startJobInput } from "#lib/schemas/jobs.ts";
import { cancelJob, confirmJob, repeatJob, retryJob, startJob } from "#lib/services/jobs/index.ts";
import { defineAction } from "./define-action.ts";

export const startJobAction = defineAction({
  permission: "job.start",
  input: startJobInput,
  run: startJob,
});

export const repeatJobAction = defineAction({
  permission: "job.start",
  input: repeatJobInput,
  run: repeatJob,
});

export const confirmJobAction = defineAction({
  permission: "job.confirm",
  input: jobInput,
  run: (access, { jobId }) => confirmJob(access, jobId),
});

export const cancelJobAction = defineAction({
  permission: "job.cancel",
  input: cancelJobInput,
  run: (access, { jobId, ...options }) => cancelJob(access, jobId, options),
});

export const retryJobAction = defineAction({
  permission: "job.retry",
  input: jobInput,
  run: (access, { jobId }) => retryJob(access, jobId),
});
