import type { ImagePlan } from "#lib/engine/mirror/index.ts";

/** What the plans of all sessions may hold: a plan has the bytes of its manifests, and of what they embed, up to 64 MiB of a single bundle. */
const maxBytes = 64 * 1024 * 1024;

/** Room for plans, shared by the sessions of a process. */
export class PlanMemory {
  #freeBytes: number;

  constructor(freeBytes = maxBytes) {
    this.#freeBytes = freeBytes;
  }

  /** False, with nothing taken, when there is not so much room. */
  take(bytes: number): boolean {
    if (bytes > this.#freeBytes) return false;
    this.#freeBytes -= bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#freeBytes += bytes;
  }
}

/** The plans of a session by task, for the copies that follow; without room for one its image is resolved again. */
export class KeptPlans {
  readonly #memory: PlanMemory;
  readonly #plans = new Map<string, ImagePlan>();

  constructor(memory: PlanMemory) {
    this.#memory = memory;
  }

  get(taskId: string): ImagePlan | undefined {
    return this.#plans.get(taskId);
  }

  keep(taskId: string, plan: ImagePlan): void {
    this.delete(taskId);
    if (this.#memory.take(countBytes(plan))) this.#plans.set(taskId, plan);
  }

  delete(taskId: string): void {
    const plan = this.#plans.get(taskId);
    if (plan && this.#plans.delete(taskId)) this.#memory.giveBack(countBytes(plan));
  }

  clear(): void {
    for (const taskId of this.#plans.keys()) this.delete(taskId);
  }
}

function countBytes({ manifests, blobs }: ImagePlan): number {
  const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);
  return (
    sum(manifests.map(({ raw }) => raw.byteLength)) +
    sum(blobs.map(({ content, descriptor }) => (content?.byteLength ?? 0) + (descriptor.data?.length ?? 0)))
  );
}
