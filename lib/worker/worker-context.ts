import type { JobSessions } from "./job-sessions.ts";
import type { JobSignals } from "./job-signals.ts";
import type { ProgressRecorder } from "./progress-recorder.ts";

/** What handlers work with: the parts of one worker process. */
export interface WorkerContext {
  workerId: string;
  recorder: ProgressRecorder;
  signals: JobSignals;
  sessions: JobSessions;
  /** Fired when the process is to end. */
  shutdown: AbortSignal;
}
