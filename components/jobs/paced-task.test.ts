import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createPacedTask } from "./paced-task.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A task that takes 300 ms and notes when it began. */
function startPaced() {
  const begun: number[] = [];
  const start = Date.now();
  const paced = createPacedTask(async () => {
    begun.push(Date.now() - start);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }, 1000);
  return { begun, paced };
}

describe("createPacedTask", () => {
  it("runs at once, then once more for all calls meanwhile", async () => {
    const { begun, paced } = startPaced();
    paced.call();
    await vi.advanceTimersByTimeAsync(100);
    paced.call();
    paced.call();
    await vi.advanceTimersByTimeAsync(5000);
    expect(begun).toEqual([0, 1300]);
  });

  it("runs at once again after a rest", async () => {
    const { begun, paced } = startPaced();
    paced.call();
    await vi.advanceTimersByTimeAsync(5000);
    paced.call();
    await vi.advanceTimersByTimeAsync(0);
    expect(begun).toEqual([0, 5000]);
  });

  it("stops", async () => {
    const { begun, paced } = startPaced();
    paced.call();
    paced.call();
    paced.stop();
    await vi.advanceTimersByTimeAsync(5000);
    expect(begun).toEqual([0]);
  });
});
