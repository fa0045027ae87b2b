import "server-only";
import { writeDb } from "#lib/db/client.ts";
import { TaskState } from "#lib/db/generated/enums.ts";
import type { ImagePlan, ImageProbe } from "#lib/engine/mirror/index.ts";
import { formatPlatform } from "#lib/engine/oci/descriptor.ts";
import type { ErrorView } from "#lib/errors.ts";
import { type PlannedRun, type PlannedTask, writePlans } from "./write-plans.ts";

const intervalMs = 500;

/** A task as the planner read it: if it is another by the time of writing, nothing of it is written. */
export interface PlannableTask {
  id: string;
  attempt: number;
}

/** Collects what planning finds and writes it twice a second; `close` writes the rest. */
export class PlanWriter {
  readonly #planned: PlannedRun;
  #tasks: PlannedTask[] = [];
  #lacking = new Map<string, { taskId: string; digest: string; sizeBytes: number }>();
  /** A blob that is anywhere at the target is lacking nowhere, whichever image is asked about first. */
  readonly #present = new Set<string>();
  #newlyPresent: string[] = [];
  #writing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #failure: Error | undefined;

  constructor(planned: PlannedRun) {
    this.#planned = planned;
  }

  /**
   * An image whose root stands at the target, and of which no more is asked, is done.
   *
   * @param options.isCopied it goes to the copies even so
   */
  addPlan(task: PlannableTask, plan: ImagePlan, probe: ImageProbe, { isCopied = false } = {}): void {
    for (const { digest } of probe.presentBlobs) {
      if (this.#present.has(digest)) continue;
      this.#present.add(digest);
      this.#newlyPresent.push(digest);
      this.#lacking.delete(digest);
    }
    for (const { digest, sizeBytes } of probe.lackingBlobs) {
      if (!this.#present.has(digest)) this.#lacking.set(digest, { taskId: task.id, digest, sizeBytes });
    }
    const isDone = probe.state === "present" && !isCopied;
    this.#add(describePlan(task, plan, isDone ? TaskState.skipped : TaskState.queued));
  }

  /** An image of which no more was asked than what it is. */
  addResolved(task: PlannableTask, plan: ImagePlan): void {
    this.#add(describePlan(task, plan, TaskState.succeeded));
  }

  /** Why an image cannot be copied: the rest of the job goes on. */
  addFailure(task: PlannableTask, { code, facts }: ErrorView): void {
    this.#add({
      taskId: task.id,
      attempt: task.attempt,
      state: TaskState.failed,
      kind: null,
      digest: null,
      mediaType: null,
      platforms: [],
      platformsLeftOut: [],
      foreignLayers: 0,
      foreignBytes: 0,
      sizeBytes: null,
      blobsTotal: 0,
      errorCode: code,
      errorFacts: facts,
    });
  }

  /** @throws what an earlier write failed with */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#write();
    if (this.#failure) throw this.#failure;
  }

  #add(task: PlannedTask): void {
    this.#tasks.push(task);
    this.#schedule();
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#write();
    }, intervalMs);
  }

  #write(): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      const [tasks, blobs, present] = [this.#tasks, [...this.#lacking.values()], this.#newlyPresent];
      this.#tasks = [];
      this.#lacking = new Map();
      this.#newlyPresent = [];
      if (tasks.length === 0) return;
      try {
        await writePlans(writeDb, this.#planned, { tasks, blobs, present });
      } catch (error) {
        this.#failure ??= new Error("what was planned could not be written", { cause: error });
      }
    });
    return this.#writing;
  }
}

function describePlan(task: PlannableTask, plan: ImagePlan, state: TaskState): PlannedTask {
  return {
    taskId: task.id,
    attempt: task.attempt,
    state,
    kind: plan.kind,
    digest: plan.root.digest,
    mediaType: plan.root.mediaType,
    platforms: plan.platforms.map(formatPlatform),
    // A nested index may name one twice.
    platformsLeftOut: [...new Set(plan.platformsLeftOut.map(formatPlatform))],
    foreignLayers: plan.foreignLayers.length,
    foreignBytes: plan.foreignLayers.reduce((sum, layer) => sum + layer.sizeBytes, 0),
    sizeBytes: plan.totalBytes,
    blobsTotal: plan.blobs.length,
    errorCode: null,
    errorFacts: null,
  };
}
