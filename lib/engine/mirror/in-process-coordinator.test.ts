import { expect, test } from "vitest";
import { digestBytes } from "../oci/digest.ts";
import { parseRepository } from "../oci/reference.ts";
import { createInProcessCoordinator } from "./in-process-coordinator.ts";
import type { TransferLease } from "./transfer-coordinator.ts";

const key = { origin: "http://target", digest: digestBytes("layer") };
const [a, b] = [parseRepository("a"), parseRepository("b")];

async function acquireLease(coordinator: ReturnType<typeof createInProcessCoordinator>, evenIfKnown = false) {
  const claim = await coordinator.acquire(key, { evenIfKnown });
  if (!claim.held) throw new Error("expected the lease");
  return claim;
}

test("one transfers, all others wait and then learn where the blob is", async () => {
  const coordinator = createInProcessCoordinator();
  const lease = await acquireLease(coordinator);
  let waits = 0;
  const others = [1, 2, 3].map(() => coordinator.acquire(key, { onWait: () => waits++ }));
  await new Promise(setImmediate);
  expect(waits).toBe(3);
  await lease.complete(a);
  expect(await Promise.all(others)).toEqual([1, 2, 3].map(() => ({ held: false, repositories: [a] })));
  expect(await coordinator.find(key)).toEqual([a]);
  expect(await coordinator.find({ ...key, origin: "http://other" })).toBeNull();
});

test("after a failed transfer exactly one of those who wait tries", async () => {
  const coordinator = createInProcessCoordinator();
  const first = await acquireLease(coordinator);
  const claims: TransferLease[] = [];
  const others = [1, 2].map(async () => {
    const claim = await coordinator.acquire(key, {});
    if (claim.held) claims.push(claim);
    return claim.held;
  });
  await first.release();
  await new Promise(setImmediate);
  expect(claims).toHaveLength(1);
  await claims[0]?.complete(b);
  expect((await Promise.all(others)).sort()).toEqual([false, true]);
});

test("who is aborted stops waiting; what turned out wrong is transferred again", async () => {
  const coordinator = createInProcessCoordinator();
  const lease = await acquireLease(coordinator);
  const controller = new AbortController();
  const waiting = coordinator.acquire(key, { signal: controller.signal });
  controller.abort();
  await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
  await lease.complete(a);
  await coordinator.record(key, b);
  await coordinator.forget(key, a);
  expect(await coordinator.find(key)).toEqual([b]);
  await acquireLease(coordinator, true);
});
