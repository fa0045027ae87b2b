import { afterEach, expect, test, vi } from "vitest";
import {
  startMemoryRegistry,
  type MemoryRegistry,
  type MemoryRegistryOptions,
} from "#lib/testing/memory-registry/memory-registry.ts";
import { digestBytes } from "./digest.ts";
import { parseRegistryHost, parseRepository } from "./reference.ts";
import { createRegistryClient, type RegistryClient } from "./registry-client.ts";

const repository = parseRepository("a/b");
const elsewhere = parseRepository("c");
const blob = { mediaType: "application/octet-stream", digest: digestBytes("layer"), sizeBytes: 5 };
const credentials = { username: "robot", password: "s3cret" };
const ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  vi.restoreAllMocks();
  for (const end of ends.splice(0)) await end();
});

async function start(options: MemoryRegistryOptions = {}): Promise<[MemoryRegistry, RegistryClient]> {
  const registry = await startMemoryRegistry(options);
  const client = createRegistryClient({
    registry: parseRegistryHost(registry.host),
    plainHttp: true,
    credentials,
    access: "pull,push",
  });
  ends.push(
    () => client.close(),
    () => registry.stop(),
  );
  return [registry, client];
}

test.each([401, 403])("a mount whose token is refused by %i becomes an upload", async (status) => {
  const [registry, client] = await start({ auth: { scheme: "bearer", ...credentials } });
  registry.faults.add({
    match: { kind: "token", path: /scope=repository%3Ac%3Apull/ },
    action: { kind: "status", status, code: "DENIED" },
    times: Infinity,
  });
  const upload = await client.startUpload(repository, blob, { mountFrom: elsewhere });
  expect(upload).toMatchObject({ repository });
});

test("a cancellation that comes too late is not sent any more", async () => {
  const [registry, client] = await start();
  const upload = await client.startUpload(repository, blob);
  if (upload === null) throw new Error("mounted unasked");
  registry.faults.add({ match: { kind: "head-blob" }, action: { kind: "rate-limit", retryAfter: 1 } });
  await expect(client.hasBlob(repository, blob.digest)).rejects.toMatchObject({ code: "rate-limited" });
  const late = new AbortController();
  vi.spyOn(AbortSignal, "timeout").mockReturnValue(late.signal);
  const cancelled = client.cancelUpload(upload);
  late.abort();
  await cancelled;
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(registry.requests({ kind: "cancel-upload" })).toEqual([]);
});

test("an upload is given back although the first request for it fails", async () => {
  const [registry, client] = await start();
  const upload = await client.startUpload(repository, blob);
  if (upload === null) throw new Error("mounted unasked");
  const action = { kind: "status", status: 503, code: "UNAVAILABLE" } as const;
  registry.faults.add({ match: { kind: "cancel-upload" }, action, times: 2 });
  await client.cancelUpload(upload);
  expect(registry.uploadCount()).toBe(0);
});

test("what a registry refuses for good is asked once", async () => {
  const [registry, client] = await start();
  const upload = await client.startUpload(repository, blob);
  if (upload === null) throw new Error("mounted unasked");
  const action = { kind: "status", status: 405, code: "UNSUPPORTED" } as const;
  registry.faults.add({ match: { kind: "cancel-upload" }, action, times: Infinity });
  await client.cancelUpload(upload);
  expect(registry.requests({ kind: "cancel-upload" })).toHaveLength(1);
});
