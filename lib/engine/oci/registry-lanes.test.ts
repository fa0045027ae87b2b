import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startMemoryRegistry, type MemoryRegistry } from "#lib/testing/memory-registry/memory-registry.ts";
import type { PaceLimits } from "./pace.ts";
import { parseRegistryHost, parseRepository } from "./reference.ts";
import { createRegistryClient, type RegistryClient } from "./registry-client.ts";
import { RegistryLanes } from "./registry-lanes.ts";

let registry: MemoryRegistry;
let clients: RegistryClient[];
beforeEach(async () => {
  registry = await startMemoryRegistry();
  clients = [];
});
afterEach(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await registry.stop();
});

function open(lanes: RegistryLanes | undefined, limits: PaceLimits = {}): RegistryClient {
  const host = parseRegistryHost(registry.host);
  const client = createRegistryClient({ registry: host, plainHttp: true, limits, ...(lanes && { lanes }) });
  clients.push(client);
  return client;
}

/** How long it takes each client to ask so often. */
async function timeToAsk(count: number, ...asking: RegistryClient[]): Promise<number> {
  const startedAt = performance.now();
  await Promise.all(asking.flatMap((client) => Array.from({ length: count }, () => client.ping())));
  return performance.now() - startedAt;
}

test("clients of one registry keep to its limit together, and each alone without common lanes", async () => {
  const limits = { requestsPerSecond: 20 };
  const lanes = new RegistryLanes();
  // Five are free; the others take 50 ms each.
  expect(await timeToAsk(8, open(lanes, limits), open(lanes, limits))).toBeGreaterThan(500);
  expect(await timeToAsk(8, open(undefined, limits), open(undefined, limits))).toBeLessThan(450);
});

test("the limits set last hold for all, and each process takes its part of them", async () => {
  const lanes = new RegistryLanes();
  const first = open(lanes);
  lanes.share = 2;
  open(lanes, { requestsPerSecond: 20 });
  // Three are free; the others take 100 ms each.
  expect(await timeToAsk(8, first)).toBeGreaterThan(450);
  open(lanes);
  expect(await timeToAsk(8, first)).toBeLessThan(400);
});

test("a rest that one is told to take is kept by all, and told of once", async () => {
  const onRest = vi.fn();
  const lanes = new RegistryLanes(onRest);
  const [first, second] = [open(lanes), open(lanes)];
  registry.faults.add({ match: { kind: "ping" }, action: { kind: "rate-limit", retryAfter: 1 } });
  const startedAt = Date.now();
  expect(lanes.restsUntil(first.origin)).toBeNull();
  await expect(first.ping()).rejects.toMatchObject({ code: "rate-limited" });
  expect(lanes.restsUntil(first.origin)).toBeGreaterThanOrEqual(startedAt + 1_000);
  expect(lanes.restsUntil("https://elsewhere.example.com")).toBeNull();
  expect(await timeToAsk(1, second)).toBeGreaterThan(900);
  expect(onRest).toHaveBeenCalledOnce();
});

test("a rest that its token server demands is the registry's", async () => {
  await registry.stop();
  const account = { username: "robot", password: "secret" };
  registry = await startMemoryRegistry({ auth: { scheme: "bearer", ...account } });
  const lanes = new RegistryLanes();
  const client = open(lanes);
  registry.faults.add({ match: { kind: "token" }, action: { kind: "rate-limit", retryAfter: 1 } });
  await expect(client.hasRepository(parseRepository("app"))).rejects.toMatchObject({ code: "rate-limited" });
  expect(lanes.restsUntil(client.origin)).not.toBeNull();
});

test("so many small requests are under way at once, over all clients", async () => {
  registry.faults.add({ match: { kind: "ping" }, action: { kind: "delay", ms: 20 }, times: Infinity });
  const lanes = new RegistryLanes();
  await timeToAsk(24, open(lanes), open(lanes));
  expect(registry.peaks().small).toBe(16);
});
