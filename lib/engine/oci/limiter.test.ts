import fc from "fast-check";
import { expect, test } from "vitest";
import { createLimiter } from "./limiter.ts";

test("never more than the limit at once, whatever fails or is aborted, and every place is given back", async () => {
  const task = fc.record({ fails: fc.boolean(), aborts: fc.boolean(), turns: fc.nat(5) });
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(task, { maxLength: 20 }),
      async (limit, tasks) => {
        const limiter = createLimiter(limit);
        let running = 0;
        const results = tasks.map(async ({ fails, aborts, turns }) => {
          const controller = new AbortController();
          const result = limiter.run(async () => {
            running++;
            expect(running).toBeLessThanOrEqual(limit);
            for (let turn = 0; turn < turns; turn++) await Promise.resolve();
            running--;
            if (fails) throw new Error("failed");
          }, controller.signal);
          if (aborts) controller.abort();
          return result;
        });
        await Promise.allSettled(results);
        expect(running).toBe(0);
        // All places are free again: as many as the limit start at once.
        let started = 0;
        await Promise.all(
          Array.from({ length: limit }, () =>
            limiter.run(async () => {
              started++;
              await new Promise(setImmediate);
              expect(started).toBe(limit);
            }),
          ),
        );
      },
    ),
  );
});

test("who waits goes on in the order of arrival, and leaves when aborted", async () => {
  const limiter = createLimiter(1);
  const order: number[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const first = limiter.run(() => promise);
  const leaver = new AbortController();
  const left = limiter.run(() => Promise.resolve(order.push(0)), leaver.signal);
  const second = limiter.run(() => Promise.resolve(order.push(1)));
  const third = limiter.run(() => Promise.resolve(order.push(2)));
  leaver.abort();
  await expect(left).rejects.toMatchObject({ name: "AbortError" });
  resolve();
  await Promise.all([first, second, third]);
  expect(order).toEqual([1, 2]);
});
