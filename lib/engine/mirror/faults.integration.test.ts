import { mkdtemp, rm } from "node:fs/promises";
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { describeFailure } from "#lib/cli/describe-failure.ts";
import { buildImage, buildLayer, type SampleManifest } from "#lib/demo/sample-image.ts";
import { createCertificateAuthority } from "#lib/testing/certificate-authority.ts";
import { putSampleIndex, startCopyBench } from "#lib/testing/contract/copy-bench.ts";
import { putSample } from "#lib/testing/contract/put-sample.ts";
import { startMemoryRegistry } from "#lib/testing/memory-registry/memory-registry.ts";
import { pushSample } from "#lib/testing/push-sample.ts";
import { startRegistry } from "#lib/testing/registry-server.ts";
import { EngineError } from "../oci/errors.ts";
import { parseImagePath, parseRegistryHost, parseRepository, parseTag } from "../oci/reference.ts";
import { createRegistryClient, type RegistryClient } from "../oci/registry-client.ts";
import {
  createMirrorSession,
  createRegistrySource,
  createRegistryTarget,
  type MirrorEvent,
  type MirrorItem,
} from "./index.ts";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const repository = parseRepository("team/app");
const v1 = parseTag("v1");

function connect(host: string): RegistryClient {
  const client = createRegistryClient({
    registry: parseRegistryHost(host),
    plainHttp: true,
    access: "pull,push",
  });
  ends.push(() => client.close());
  return client;
}

function buildSample(layerBytes: number) {
  const layers = [buildLayer([{ path: "app", content: { seed: "app", sizeBytes: layerBytes } }])];
  const sample = buildImage({ format: "oci", platform: { os: "linux", architecture: "amd64" }, layers });
  const [, layer] = sample.blobs;
  if (!layer) throw new Error("the sample has no layer");
  return { sample, layer: layer.descriptor };
}

async function copy(from: string, to: string, onEvent: (event: MirrorEvent) => void = () => undefined) {
  const events: MirrorEvent[] = [];
  const image = parseImagePath(`${repository}:v1`);
  const item: MirrorItem = { source: { registry: parseRegistryHost(from), ...image }, target: image };
  const session = createMirrorSession({
    source: createRegistrySource(connect(from)),
    target: createRegistryTarget(connect(to)),
    limits: { backoffMs: 100, attempts: 8 },
    onEvent: (event) => {
      events.push(event);
      onEvent(event);
    },
  });
  const result = await session.copy(item);
  const codes = events.flatMap((event) => (event.type === "retrying" ? [event.cause.code] : []));
  return { result, events, codes };
}

/** Every byte, by a client that proves it. */
async function expectWhole(host: string, sample: SampleManifest): Promise<void> {
  const client = connect(host);
  expect(await client.findManifest(repository, v1)).toEqual(sample.descriptor);
  for (const { descriptor } of sample.blobs) {
    let length = 0;
    for await (const chunk of await client.openBlob(repository, descriptor)) length += chunk.byteLength;
    expect(length).toBe(descriptor.sizeBytes);
  }
}

/** A server in front of a registry that cuts one exchange, on either way, after so many bytes. */
async function startCutter(upstream: string, cut: { method: string; path: RegExp; afterBytes: number }) {
  const { hostname, port } = new URL(`http://${upstream}`);
  let left = 1;
  const ranges: (string | undefined)[] = [];
  /** Passes on so many bytes and no more; they have time to arrive before the connection goes. */
  const passSome = async (from: IncomingMessage, to: { write(chunk: Buffer): unknown }, end: () => void) => {
    let left = cut.afterBytes;
    for await (const chunk of from as AsyncIterable<Buffer>) {
      to.write(chunk.subarray(0, left));
      left -= chunk.byteLength;
      if (left <= 0) break;
    }
    setTimeout(end, 300);
  };
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const { method, url: path = "", headers } = request;
    const fits = method === cut.method && cut.path.test(path);
    if (fits) ranges.push(headers.range);
    const isCut = fits && left-- > 0;
    const end = () => request.socket.resetAndDestroy();
    const forwarded = httpRequest({ hostname, port, method, path, headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      if (isCut && method === "GET") void passSome(answer, response, end).catch(() => undefined);
      else answer.pipe(response);
    });
    forwarded.on("error", () => response.destroy());
    response.on("close", () => forwarded.destroy());
    request.pipe(forwarded);
    if (!isCut || method === "GET") return;
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.byteLength;
      if (bytes >= cut.afterBytes) end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, ranges };
}

async function startReal(options: Parameters<typeof startRegistry>[0] = {}) {
  const server = await startRegistry(options);
  ends.push(() => server.stop());
  return server;
}

describe("with a real registry", () => {
  test("a download that broke goes on where it was", async () => {
    const [source, target] = [await startReal(), await startReal()];
    const { sample, layer } = buildSample(8_000_000);
    await pushSample(connect(source.host), repository, v1, sample);
    const path = new RegExp(layer.digest);
    const cutter = await startCutter(source.host, { method: "GET", path, afterBytes: 4_000_000 });
    const { events, codes } = await copy(cutter.host, target.host);
    expect(codes).toEqual(["connection-lost"]);
    const progress = events.flatMap((event) =>
      event.type === "blob-progress" && event.digest === layer.digest ? [event] : [],
    );
    const reached = progress.map(({ bytes }) => bytes);
    expect(reached).toEqual(reached.toSorted((a, b) => a - b));
    expect(reached.at(-1)).toBe(layer.sizeBytes);
    // Nothing crossed twice.
    expect(progress.reduce((sum, { addedBytes }) => sum + addedBytes, 0)).toBe(layer.sizeBytes);
    expect(cutter.ranges).toEqual([undefined, expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
    await expectWhole(target.host, sample);
  });

  test("an upload that broke is made anew, since it has not kept what came", async () => {
    const [source, target] = [await startReal(), await startReal()];
    const { sample, layer } = buildSample(8_000_000);
    await pushSample(connect(source.host), repository, v1, sample);
    const path = new RegExp(encodeURIComponent(layer.digest));
    const cutter = await startCutter(target.host, { method: "PUT", path, afterBytes: 4_000_000 });
    const { codes } = await copy(source.host, cutter.host);
    expect(codes[0]).toBe("connection-lost");
    expect(codes.length).toBeLessThan(4);
    await expectWhole(target.host, sample);
  });

  test("that is started anew in the middle of an upload, all uploads lost, has the image in the end", async () => {
    const rootDir = await mkdtemp(join(tmpdir(), "drayage-restart-"));
    ends.push(() => rm(rootDir, { recursive: true, force: true }));
    const source = await startMemoryRegistry();
    ends.push(() => source.stop());
    const { sample, layer } = buildSample(2_000_000);
    await putSample(source, repository, sample, "v1");
    source.faults.add({
      match: { kind: "get-blob", digest: layer.digest },
      action: { kind: "drip", bytesPerSecond: 2_000_000 },
    });
    const first = await startRegistry({ rootDir });
    ends.push(() => first.stop());
    const restarts: Promise<unknown>[] = [];
    const { codes, result } = await copy(source.host, first.host, (event) => {
      const isUnderWay = event.type === "blob-progress" && event.digest === layer.digest;
      if (!isUnderWay || event.bytes < 500_000 || restarts.length > 0) return;
      const port = Number(first.host.split(":")[1]);
      restarts.push(first.stop().then(() => startReal({ rootDir, port })));
    });
    await Promise.all(restarts);
    expect(result).toMatchObject({ outcome: "copied", rootDigest: sample.descriptor.digest });
    expect(restarts).toHaveLength(1);
    expect(codes.length).toBeGreaterThan(0);
    const passing = ["connection-lost", "connection-refused", "upload-lost"];
    expect(codes.filter((code) => !passing.includes(code))).toEqual([]);
    await expectWhole(first.host, sample);
  });
});

describe("over TLS", () => {
  async function startSecureBench() {
    const authority = await createCertificateAuthority();
    const tls = await authority.issueServer(["127.0.0.1"]);
    const auth = { scheme: "basic", username: "robot", password: "s3cret" } as const;
    const bench = await startCopyBench({
      source: { tls, auth },
      target: { tls, auth },
      client: { caCertificates: [authority.cert] },
    });
    ends.push(() => bench.stop());
    return { bench, parts: await putSampleIndex(bench.source, repository) };
  }

  test("resets in mid-body pass, and a redirect leads to another origin without credentials", async () => {
    const { bench, parts } = await startSecureBench();
    const match = { kind: "get-blob", digest: parts.layer } as const;
    bench.source.faults.add({ match, action: { kind: "reset-download", afterBytes: 100_000 } });
    bench.source.faults.add({ match: { kind: "get-blob" }, action: { kind: "redirect" }, times: Infinity });
    bench.target.faults.add({
      match: { kind: "put-blob", digest: parts.layer },
      action: { kind: "reset-upload", afterBytes: 100_000 },
    });
    const result = await bench.session.copy(bench.itemOf(`${repository}:v1`));
    expect(result).toMatchObject({ outcome: "copied", rootDigest: parts.root });
    const followed = bench.source.blobHostRequests();
    expect(followed.length).toBeGreaterThanOrEqual(5);
    expect(followed.every(({ origin }) => origin.startsWith("https:"))).toBe(true);
    expect(followed.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
    expect((await bench.target.verifyAll()).problems).toEqual([]);
    expect(bench.target.uploadCount()).toBe(0);
  });

  test("a redirect that leaves TLS is not followed, and that is said", async () => {
    const { bench } = await startSecureBench();
    bench.source.faults.add({
      match: { kind: "get-blob" },
      action: { kind: "redirect", downgrade: true },
      times: Infinity,
    });
    const failure = await bench.session
      .copy(bench.itemOf(`${repository}:v1`))
      .catch((error: unknown) => error);
    if (!(failure instanceof EngineError)) throw new Error("the copy did not fail", { cause: failure });
    expect(failure).toMatchObject({ code: "redirect-refused", facts: { side: "source" } });
    const sentence = describeFailure(failure);
    expect(sentence).toContain(`The source ${bench.source.host}`);
    expect(sentence).toContain(`${repository}@sha256:`);
    expect(sentence).toMatch(/nothing goes from HTTPS to HTTP\. Have the registry name an https:/);
    expect(bench.source.blobHostRequests()).toEqual([]);
    expect(bench.retries()).toEqual([]);
    expect(bench.target.uploadCount()).toBe(0);
    expect(bench.target.findTag(repository, "v1")).toBeNull();
  });
});
