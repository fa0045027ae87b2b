import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EngineError, type EngineFacts } from "../oci/errors.ts";
import { planRetry, Retrier, type FailedAttempt } from "./retry.ts";

const limits = { attempts: 4, backoffMs: 10, longestWaitMs: 200 };
const failure = (facts: Partial<EngineFacts> = {}) =>
  new EngineError("registry-failed", { operation: "get-blob", retryable: true, ...facts });
const unending = new AbortController().signal;

describe("the wait before another attempt", () => {
  test("grows, never beyond the limit, and never falls below what the registry asks for", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.option(fc.integer({ min: 0, max: 400 }), { nil: undefined }),
        (attempt, random, retryAfterMs) => {
          const cause = failure(retryAfterMs === undefined ? {} : { retryAfterMs });
          const wait = planRetry(cause, attempt, limits, random);
          if ((retryAfterMs ?? 0) > limits.longestWaitMs) {
            expect(wait).toBeNull();
            return;
          }
          expect(wait).toBeGreaterThanOrEqual(Math.max(retryAfterMs ?? 0, 5 * 2 ** (attempt - 1)));
          expect(wait).toBeLessThanOrEqual(limits.longestWaitMs * 1.1);
        },
      ),
    );
  });

  test("is none for what will not pass and after the last attempt", () => {
    expect(planRetry(failure({ retryable: false }), 1, limits, 0)).toBeNull();
    expect(planRetry(failure(), 4, limits, 0)).toBeNull();
  });
});

describe("repeated attempts", () => {
  test("end with success and tell of each failure", async () => {
    const told: FailedAttempt[] = [];
    let attempts = 0;
    const result = await new Retrier(limits).run(
      () => (++attempts < 3 ? Promise.reject(failure()) : Promise.resolve(attempts)),
      { signal: unending, onFailedAttempt: (failed) => told.push(failed) },
    );
    expect(result).toBe(3);
    expect(told.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  test("end with the last failure, and at once for a bug", async () => {
    let attempts = 0;
    const run = (error: Error) =>
      new Retrier(limits).run(
        () => {
          attempts++;
          return Promise.reject(error);
        },
        { signal: unending, onFailedAttempt: () => undefined },
      );
    await expect(run(failure())).rejects.toMatchObject({ code: "registry-failed" });
    expect(attempts).toBe(4);
    await expect(run(new TypeError("bug"))).rejects.toThrow("bug");
    expect(attempts).toBe(5);
  });

  test("bear being told to wait more often than failing", async () => {
    let attempts = 0;
    const run = new Retrier({ ...limits, backoffMs: 0 }).run(
      () => {
        attempts++;
        return Promise.reject(new EngineError("rate-limited", { operation: "get-blob", retryable: true }));
      },
      { signal: unending, onFailedAttempt: () => undefined },
    );
    await expect(run).rejects.toMatchObject({ code: "rate-limited" });
    expect(attempts).toBe(4 * 6);
  });

  test("begin anew once things have gone on", async () => {
    const patience = new Retrier({ ...limits, backoffMs: 0 }).begin({
      signal: unending,
      onFailedAttempt: () => undefined,
    });
    for (let failed = 1; failed <= 21; failed++) {
      await patience.bear(failure());
      if (failed % 3 === 0) patience.restore();
    }
    for (let failed = 1; failed < limits.attempts; failed++) await patience.bear(failure());
    await expect(patience.bear(failure())).rejects.toMatchObject({ code: "registry-failed" });
  });

  test("end when aborted in the middle of a wait", async () => {
    const controller = new AbortController();
    const running = new Retrier({ ...limits, backoffMs: 60_000, longestWaitMs: 60_000 }).run(
      () => Promise.reject(failure()),
      { signal: controller.signal, onFailedAttempt: () => controller.abort() },
    );
    await expect(running).rejects.toMatchObject({ name: "AbortError" });
  });
});
