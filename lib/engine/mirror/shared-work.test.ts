import { expect, test } from "vitest";
import { delay } from "../oci/abort.ts";
import { SharedWork } from "./shared-work.ts";

test("is done once for all who wait, and known afterwards", async () => {
  let begun = 0;
  const work = new SharedWork(() => Promise.resolve(++begun));
  const { signal } = new AbortController();
  expect(await Promise.all([work.wait(signal), work.wait(signal)])).toEqual([1, 1]);
  expect(await work.wait(signal)).toBe(1);
});

test("goes on while somebody waits, and ends with the last", async () => {
  const ended = Promise.withResolvers<void>();
  let begun = 0;
  const work = new SharedWork(async (signal) => {
    begun++;
    signal.addEventListener("abort", () => ended.resolve());
    await delay(60_000, signal);
  });
  const [one, other] = [new AbortController(), new AbortController()];
  const waits = [work.wait(one.signal), work.wait(other.signal)];
  let over = false;
  void ended.promise.then(() => (over = true));
  one.abort();
  await expect(waits[0]).rejects.toMatchObject({ name: "AbortError" });
  expect(over).toBe(false);
  other.abort();
  await expect(waits[1]).rejects.toMatchObject({ name: "AbortError" });
  await ended.promise;
  await expect(work.wait(AbortSignal.timeout(10))).rejects.toMatchObject({ name: "AbortError" });
  expect(begun).toBe(2);
});

test("that has failed is begun again", async () => {
  let begun = 0;
  const work = new SharedWork(() =>
    ++begun === 1 ? Promise.reject(new Error("away")) : Promise.resolve(begun),
  );
  const { signal } = new AbortController();
  await expect(Promise.all([work.wait(signal), work.wait(signal)])).rejects.toThrow("away");
  expect(await work.wait(signal)).toBe(2);
});
