import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { buildImage, buildLayer, type SampleManifest } from "#lib/demo/sample-image.ts";
import { pushSample } from "#lib/testing/push-sample.ts";
import { startRegistry, type RegistryServer } from "#lib/testing/registry-server.ts";
import { parseImagePath, parseRegistryHost, parseRepository, parseTag } from "../oci/reference.ts";
import { createRegistryClient, type RegistryClient } from "../oci/registry-client.ts";
import {
  createMirrorSession,
  createRegistrySource,
  createRegistryTarget,
  type MirrorEvent,
  type MirrorItem,
  type MirrorLimits,
} from "./index.ts";

/** What a server in between does with a request: true when it has answered itself. */
type Fault = (request: IncomingMessage, response: ServerResponse) => boolean;

const ends: (() => Promise<unknown>)[] = [];
let servers: { source: RegistryServer; target: RegistryServer };
let direct: { source: RegistryClient; target: RegistryClient };

const connect = (host: string, options: { bodyIdleTimeoutMs?: number } = {}) =>
  createRegistryClient({
    registry: parseRegistryHost(host),
    plainHttp: true,
    access: "pull,push",
    timeouts: options,
  });

beforeAll(async () => {
  servers = { source: await startRegistry(), target: await startRegistry() };
  direct = { source: connect(servers.source.host), target: connect(servers.target.host) };
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});
afterAll(async () => {
  await Promise.all([direct.source.close(), direct.target.close()]);
  await Promise.all([servers.source.stop(), servers.target.stop()]);
});

/** A server in front of a registry that passes on what `fault` leaves alone. */
async function startFaultyProxy(upstream: string, fault: Fault): Promise<string> {
  const { hostname, port } = new URL(`http://${upstream}`);
  const server = createServer((request, response) => {
    if (fault(request, response)) {
      request.resume();
      return;
    }
    const { method, url: path, headers } = request;
    const forwarded = httpRequest({ hostname, port, method, path, headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    forwarded.on("error", () => response.destroy());
    response.on("close", () => forwarded.destroy());
    request.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Lets a fault happen a number of times, on requests that fit. */
function times(
  count: number,
  method: string,
  path: RegExp,
  fault: (...pair: Parameters<Fault>) => void,
): Fault {
  let left = count;
  return (request, response) => {
    if (left === 0 || request.method !== method || !path.test(request.url ?? "")) return false;
    left--;
    fault(request, response);
    return true;
  };
}

const blobPath = /\/blobs\/sha256:/;
const manifestPath = /\/manifests\//;
const uploadPath = /\/blobs\/uploads\//;
let serial = 0;

/** Pushes a new image to the source, so that nothing of it is at the target. */
async function pushNew(layerBytes = 30_000): Promise<{ item: MirrorItem; sample: SampleManifest }> {
  const seed = `faults-${++serial}`;
  const layers = [buildLayer([{ path: seed, content: { seed, sizeBytes: layerBytes } }])];
  const sample = buildImage({ format: "oci", platform: { os: "linux", architecture: "amd64" }, layers });
  const path = parseImagePath(`${seed}:v1`);
  await pushSample(direct.source, path.repository, parseTag("v1"), sample);
  return { item: { source: { registry: direct.source.registry, ...path }, target: path }, sample };
}

interface Between {
  readonly source?: Fault;
  readonly target?: Fault;
  readonly limits?: Partial<MirrorLimits>;
  readonly bodyIdleTimeoutMs?: number;
}

async function copyThrough({ source, target, limits, bodyIdleTimeoutMs }: Between, item: MirrorItem) {
  const events: MirrorEvent[] = [];
  const timeouts = bodyIdleTimeoutMs === undefined ? {} : { bodyIdleTimeoutMs };
  const from = connect(
    source ? await startFaultyProxy(servers.source.host, source) : servers.source.host,
    timeouts,
  );
  const to = connect(target ? await startFaultyProxy(servers.target.host, target) : servers.target.host);
  ends.unshift(() => Promise.all([from.close(), to.close()]));
  const session = createMirrorSession({
    source: createRegistrySource(from),
    target: createRegistryTarget(to),
    limits: { backoffMs: 20, ...limits },
    onEvent: (event) => events.push(event),
  });
  const startedAt = performance.now();
  const result = await session.copy(item).catch((error: unknown) => error);
  const retries = events.filter((event) => event.type === "retrying");
  return { result, events, retries, durationMs: performance.now() - startedAt };
}

async function expectWhole(item: MirrorItem, sample: SampleManifest): Promise<void> {
  const { repository } = item.target;
  const found = await direct.target.getManifest(repository, parseTag("v1"));
  expect(found.descriptor.digest).toBe(sample.descriptor.digest);
  for (const { descriptor } of sample.blobs) {
    let length = 0;
    for await (const chunk of await direct.target.openBlob(repository, descriptor))
      length += chunk.byteLength;
    expect(length).toBe(descriptor.sizeBytes);
  }
}

const status = (code: number, headers: Record<string, string> = {}) =>
  ((_request, response) => void response.writeHead(code, headers).end()) satisfies (
    ...pair: Parameters<Fault>
  ) => void;

/** Answers 200 with the right length and then something else than the blob. */
const sendWrong =
  (howTo: "cut" | "garble" | "stall") => (request: IncomingMessage, response: ServerResponse) => {
    const path = parseImagePath((request.url ?? "").replace("/v2/", "").replace("/blobs/", "@"));
    if (path.digest === undefined) throw new Error("expected a blob's path");
    void direct.source
      .openBlob(path.repository, {
        mediaType: "",
        digest: path.digest,
        sizeBytes: sizes.get(path.digest) ?? 0,
      })
      .then(async (content) => {
        const chunks: Uint8Array[] = [];
        for await (const chunk of content) chunks.push(chunk);
        const bytes = Buffer.concat(chunks);
        response.writeHead(200, { "content-length": bytes.byteLength });
        if (howTo === "garble") response.end(bytes.fill(0, 0, 10));
        else
          response.write(
            bytes.subarray(0, bytes.byteLength >> 1),
            () => howTo === "cut" && response.destroy(),
          );
      });
  };
const sizes = new Map<string, number>();

describe("what passes by itself is tried again until the image is whole", () => {
  test.each<[string, Between, string]>([
    ["503 from the source", { source: times(2, "GET", manifestPath, status(503)) }, "registry-failed"],
    ["503 on a blob", { source: times(1, "GET", blobPath, status(503)) }, "registry-failed"],
    ["500 from the target", { target: times(2, "POST", uploadPath, status(500)) }, "registry-failed"],
    ["502 at the tag", { target: times(1, "PUT", manifestPath, status(502)) }, "registry-failed"],
    ["a lost upload", { target: times(1, "PUT", uploadPath, status(404)) }, "upload-lost"],
    [
      "a connection reset by the target",
      {
        target: times(
          1,
          "PUT",
          uploadPath,
          (request) => void setTimeout(() => request.socket.resetAndDestroy(), 5),
        ),
      },
      "connection-lost",
    ],
    ["a body cut off", { source: times(1, "GET", blobPath, sendWrong("cut")) }, "connection-lost"],
    ["a body that is wrong", { source: times(1, "GET", blobPath, sendWrong("garble")) }, "digest-mismatch"],
    [
      "a body that stops",
      { source: times(1, "GET", blobPath, sendWrong("stall")), bodyIdleTimeoutMs: 1_000 },
      "timeout",
    ],
  ])("%s", async (_what, between, code) => {
    const { item, sample } = await pushNew();
    for (const { descriptor } of sample.blobs) sizes.set(descriptor.digest, descriptor.sizeBytes);
    const { result, retries } = await copyThrough(between, item);
    expect(result).toMatchObject({ outcome: "copied", rootDigest: sample.descriptor.digest });
    expect(retries.length).toBeGreaterThan(0);
    for (const { cause } of retries) {
      expect(cause).toMatchObject({
        code,
        facts: { side: between.source ? "source" : "target", retryable: true },
      });
    }
    await expectWhole(item, sample);
  });

  test("when the registry limits requests, after the wait it asks for", async () => {
    const { item, sample } = await pushNew();
    const source = times(1, "GET", manifestPath, status(429, { "retry-after": "1" }));
    const { result, retries, durationMs } = await copyThrough({ source }, item);
    expect(result).toMatchObject({ outcome: "copied" });
    expect(retries).toMatchObject([
      { cause: { code: "rate-limited", facts: { retryAfterMs: 1_000 } }, attempt: 1 },
    ]);
    expect(durationMs).toBeGreaterThan(1_000);
    await expectWhole(item, sample);
  });

  test("and a download that broke goes on where it was", async () => {
    const { item, sample } = await pushNew(3_000_000);
    for (const { descriptor } of sample.blobs) sizes.set(descriptor.digest, descriptor.sizeBytes);
    const [, layer] = sample.blobs;
    const path = new RegExp(layer?.descriptor.digest ?? "never");
    const { events, retries } = await copyThrough({ source: times(1, "GET", path, sendWrong("cut")) }, item);
    const progress = events.filter(
      (event) => event.type === "blob-progress" && event.digest === layer?.descriptor.digest,
    );
    const reached = progress.map((event) => (event.type === "blob-progress" ? event.bytes : -1));
    expect(reached).toEqual([...reached].sort((a, b) => a - b));
    expect(reached.at(-1)).toBe(layer?.descriptor.sizeBytes);
    const added = progress.map((event) => (event.type === "blob-progress" ? event.addedBytes : 0));
    expect(added.reduce((sum, each) => sum + each, 0)).toBe(layer?.descriptor.sizeBytes);
    expect(retries).toHaveLength(1);
    await expectWhole(item, sample);
  });
});

describe("what does not pass ends the image with its cause", () => {
  test("a registry that stays broken, after the last attempt", async () => {
    const { item } = await pushNew();
    const { result, retries } = await copyThrough(
      { source: times(Infinity, "GET", blobPath, status(500)), limits: { attempts: 3 } },
      item,
    );
    expect(result).toMatchObject({ code: "registry-failed", facts: { status: 500, side: "source" } });
    expect(retries).toHaveLength(2);
    expect(await direct.target.findManifest(item.target.repository, parseTag("v1"))).toBeNull();
  });

  test.each([
    ["a denied push", { target: times(Infinity, "POST", uploadPath, status(403)) }, "forbidden", "target"],
    ["a denied pull", { source: times(Infinity, "GET", manifestPath, status(403)) }, "forbidden", "source"],
    [
      "a layer missing at the source",
      { source: times(Infinity, "GET", blobPath, status(404)) },
      "blob-not-found",
      "source",
    ],
    [
      "a wait longer than allowed",
      { source: times(Infinity, "GET", manifestPath, status(429, { "retry-after": "9999" })) },
      "rate-limited",
      "source",
    ],
  ] as const)("%s, at once", async (_what, between, code, side) => {
    const { item } = await pushNew();
    const { result, retries } = await copyThrough(between, item);
    expect(result).toMatchObject({ code, facts: { side } });
    expect(retries).toEqual([]);
  });

  test("a manifest that is too large, or none", async () => {
    const { item } = await pushNew();
    const send = (body: string) => (_request: IncomingMessage, response: ServerResponse) =>
      void response
        .writeHead(200, { "content-type": "application/vnd.oci.image.manifest.v1+json" })
        .end(body);
    const large = await copyThrough(
      { source: times(9, "GET", manifestPath, send(" ".repeat(5_000_000))) },
      item,
    );
    expect(large.result).toMatchObject({
      code: "manifest-too-large",
      facts: { side: "source", limit: 4 * 1024 * 1024 },
    });
    const wrong = await copyThrough({ source: times(Infinity, "GET", manifestPath, send("<html>")) }, item);
    expect(wrong.result).toMatchObject({ code: "digest-mismatch" });
    expect(
      await direct.target.findManifest(parseRepository(item.target.repository), parseTag("v1")),
    ).toBeNull();
  });
});
