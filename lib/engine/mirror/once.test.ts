import { expect, test } from "vitest";
import { Once } from "./once.ts";

const { signal } = new AbortController();

test("one does it, the others learn that it is done", async () => {
  const once = new Once();
  let runs = 0;
  let waits = 0;
  const run = () => once.run("a", () => Promise.resolve(++runs), { signal, onWait: () => waits++ });
  expect(await Promise.all([run(), run(), run()])).toEqual([1, null, null]);
  expect(await run()).toBeNull();
  expect([runs, waits]).toEqual([1, 2]);
  expect(await once.run("b", () => Promise.resolve("other"), { signal })).toBe("other");
});

test("after a failure exactly one of those who wait does it, and its own failure is its own", async () => {
  const once = new Once();
  let running = 0;
  const run = (fails: boolean) =>
    once.run(
      "a",
      async () => {
        expect(++running).toBe(1);
        await new Promise(setImmediate);
        running--;
        if (fails) throw new Error("failed");
        return "done";
      },
      { signal },
    );
  const results = await Promise.allSettled([run(true), run(false), run(false)]);
  expect(results).toMatchObject([
    { status: "rejected" },
    { status: "fulfilled", value: "done" },
    { status: "fulfilled", value: null },
  ]);
});

test("again means again, but never side by side; an aborted wait ends", async () => {
  const once = new Once();
  const { promise, resolve } = Promise.withResolvers<void>();
  const first = once.run("a", () => promise, { signal });
  let second = false;
  const repeated = once.run("a", () => Promise.resolve((second = true)), { signal, again: true });
  const controller = new AbortController();
  const left = once.run("a", () => promise, { signal: controller.signal });
  controller.abort();
  await expect(left).rejects.toMatchObject({ name: "AbortError" });
  expect(second).toBe(false);
  resolve();
  await first;
  expect(await repeated).toBe(true);
});
