import { afterEach, expect, test } from "vitest";
import { createLoopbackServers } from "#lib/testing/loopback-servers.ts";
import { probeTcp } from "./probe-tcp.ts";

const servers = createLoopbackServers();
afterEach(() => servers.close());

test("a server that takes connections is told by how long it took, and left", async () => {
  let left: () => void;
  const leaving = new Promise<void>((resolve) => (left = resolve));
  const host = await servers.serveRaw((socket) => socket.once("close", () => left()));
  const port = Number(host.split(":")[1]);
  const latencyMs = await probeTcp({ address: "127.0.0.1", port, timeoutMs: 5_000 });
  expect(latencyMs).toBeGreaterThan(0);
  await leaving;
});

test("a refusal is told as such", async () => {
  await expect(probeTcp({ address: "127.0.0.1", port: 1, timeoutMs: 5_000 })).rejects.toMatchObject({
    name: "NetworkError",
    code: "connection-refused",
    facts: { origin: "tcp://127.0.0.1:1", platformCode: "ECONNREFUSED" },
  });
});

test("it ends when it is called off, also before it begins", async () => {
  const signal = AbortSignal.abort();
  const probe = { address: "127.0.0.1", port: 1, timeoutMs: 5_000, signal };
  await expect(probeTcp(probe)).rejects.toMatchObject({ name: "AbortError" });
});
