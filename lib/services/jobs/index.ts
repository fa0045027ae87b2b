export { cancelJob } from "./cancel-job.ts";
export { confirmJob } from "./confirm-job.ts";
export { listTaskEvents, streamLog } from "./job-log.ts";
export type * from "./job-views.ts";
export { getJob, getSnapshot, listJobs } from "./read-jobs.ts";
export { listFailures, listTasks } from "./read-tasks.ts";
export { retryJob } from "./retry-job.ts";
export { startJob } from "./start-job.ts";
export { watchJob } from "./watch-job.ts";
