import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { digestBytes, type Digest } from "#lib/engine/oci/digest.ts";
import { ociImageManifest } from "#lib/engine/oci/media-types.ts";
import { ask, type Heard, type Question } from "./ask.ts";
import type { FaultAction } from "./fault-actions.ts";
import type { FaultMatch } from "./faults.ts";
import { startMemoryRegistry, type MemoryRegistry } from "./memory-registry.ts";

let registry: MemoryRegistry;
let blobDigest: Digest;
const blob = Buffer.from(Array.from({ length: 50_000 }, (_, index) => (index * 7) % 251));
const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: ociImageManifest, layers: [] }));
const manifestDigest = digestBytes(manifest);
const manifestPath = "/v2/a/b/manifests/v1";
let blobPath: string;

beforeEach(async () => {
  registry = await startMemoryRegistry();
  blobDigest = await registry.putBlob("a/b", blob);
  blobPath = `/v2/a/b/blobs/${blobDigest}`;
  await registry.putManifest("a/b", manifest, ociImageManifest, { tag: "v1" });
});
afterEach(() => registry.stop());

const say = (method: string, path: string, question: Question = {}) =>
  ask(`${registry.url}${path}`, { method, ...question });
const add = (match: FaultMatch, action: FaultAction, times = 1) =>
  registry.faults.add({ match, action, times });
const getBlob = (headers: Record<string, string> = {}) => say("GET", blobPath, { headers });
const isWhole = (heard: Heard) => heard.status === 200 && heard.error === null && heard.body.equals(blob);
const startUpload = async () => (await say("POST", "/v2/a/b/blobs/uploads/")).headers.location ?? "";
const putTo = (location: string, body: Uint8Array) =>
  say("PUT", `${location}${location.includes("?") ? "&" : "?"}digest=${digestBytes(body)}`, { body });
const codeOf = ({ body }: Heard) =>
  (JSON.parse(body.toString()) as { errors: { code: string }[] }).errors[0]?.code;

/** What the wire itself carries, and whether it ends by a close or a reset. */
function readWire(path: string): Promise<{ text: string; body: Buffer; end: string }> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const { hostname, port } = new URL(registry.url);
    const socket = connect(Number(port), hostname, () => {
      socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`);
    });
    socket.on("data", (chunk) => chunks.push(chunk));
    const finish = (end: string) => {
      const all = Buffer.concat(chunks);
      resolve({ text: all.toString("latin1"), body: all.subarray(all.indexOf("\r\n\r\n") + 4), end });
      socket.destroy();
    };
    socket.once("end", () => {
      finish("closed");
    });
    socket.once("error", () => {
      finish("reset");
    });
  });
}

describe("which requests a fault befalls", () => {
  test("those that fit in all that is given, as often as it says", async () => {
    const fault = registry.faults.add({
      match: { method: "GET", kind: "get-blob", path: /sha256/, digest: blobDigest, repository: "a/b" },
      times: 2,
      action: { kind: "status", status: 503 },
    });
    expect((await say("HEAD", blobPath)).status).toBe(200);
    expect((await say("GET", manifestPath)).status).toBe(200);
    const statuses = [await getBlob(), await getBlob(), await getBlob()].map(({ status }) => status);
    expect(statuses).toEqual([503, 503, 200]);
    expect(fault.hits).toBe(2);
    expect(registry.requests({ kind: "get-blob" }).map(({ faults }) => faults)).toEqual([
      ["status"],
      ["status"],
      [],
    ]);
  });

  test("once unless told otherwise, and none after it was removed or all were cleared", async () => {
    const action = { kind: "status", status: 500 } as const;
    registry.faults.add({ action });
    expect([(await getBlob()).status, (await getBlob()).status]).toEqual([500, 200]);
    const removed = registry.faults.add({ action });
    removed.remove();
    registry.faults.add({ action, times: Infinity });
    expect([(await getBlob()).status, (await getBlob()).status]).toEqual([500, 500]);
    registry.faults.clear();
    expect((await getBlob()).status).toBe(200);
    expect(removed.hits).toBe(0);
  });

  test("by chance, the same with the same seed", async () => {
    const draw = async (seed: string) => {
      registry.faults.clear();
      const action = { kind: "status", status: 500 } as const;
      const fault = registry.faults.add({ match: { kind: "head-blob" }, probability: 0.3, seed, action });
      const statuses: number[] = [];
      for (let turn = 0; turn < 40; turn++) statuses.push((await say("HEAD", blobPath)).status);
      return { statuses, hits: fault.hits };
    };
    const first = await draw("one");
    expect(first.hits).toBeGreaterThan(4);
    expect(first.hits).toBeLessThan(22);
    expect(await draw("one")).toEqual(first);
    expect((await draw("two")).statuses).not.toEqual(first.statuses);
    expect(() => registry.faults.add({ probability: 2, action: { kind: "reset" } })).toThrow(RangeError);
  });

  test("all that fit, together", async () => {
    add({ kind: "get-blob" }, { kind: "delay", ms: 60 });
    add({ kind: "get-blob" }, { kind: "without-digest" });
    add({ kind: "get-blob" }, { kind: "without-length" });
    const heard = await getBlob();
    expect(isWhole(heard)).toBe(true);
    expect(heard.headAfterMs).toBeGreaterThan(55);
    expect(heard.headers).not.toHaveProperty("docker-content-digest");
    expect(heard.headers).toMatchObject({ "transfer-encoding": "chunked" });
  });
});

describe("connections", () => {
  test("reset before an answer", async () => {
    add({ kind: "put-manifest" }, { kind: "reset" });
    add({ kind: "get-blob" }, { kind: "reset" });
    const headers = { "content-type": ociImageManifest };
    const put = await say("PUT", "/v2/a/b/manifests/v2", { body: manifest, headers });
    expect(put).toMatchObject({ status: 0, error: "ECONNRESET" });
    expect(registry.findTag("a/b", "v2")).toBeNull();
    expect(await readWire(blobPath)).toMatchObject({ text: "", end: "reset" });
  });

  test("cut after the effect", async () => {
    add({ kind: "put-manifest" }, { kind: "cut-answer" });
    add({ kind: "put-blob" }, { kind: "cut-answer" });
    const headers = { "content-type": ociImageManifest };
    const put = await say("PUT", "/v2/a/b/manifests/v2", { body: manifest, headers });
    expect(put).toMatchObject({ status: 0, error: "ECONNRESET" });
    expect(registry.findTag("a/b", "v2")).toBe(manifestDigest);
    const other = Buffer.from("other");
    expect((await putTo(await startUpload(), other)).status).toBe(0);
    expect(registry.hasBlob("a/b", digestBytes(other))).toBe(true);
  });

  test("reset in the middle of a download", async () => {
    add({ kind: "get-blob" }, { kind: "reset-download", afterBytes: 12_345 });
    const wire = await readWire(blobPath);
    expect(wire.end).toBe("reset");
    expect(wire.text).toMatch(/^HTTP\/1.1 200 OK\r\n[^]*content-length: 50000\r\n/);
    expect(wire.body).toEqual(blob.subarray(0, 12_345));
    expect(registry.requests({ kind: "get-blob" })).toMatchObject([{ status: 200, bytesOut: 12_345 }]);
  });

  test("reset in the middle of an upload, which keeps what it got", async () => {
    const location = await startUpload();
    add({ kind: "patch-blob" }, { kind: "reset-upload", afterBytes: 20_000 });
    expect(await say("PATCH", location, { body: blob })).toMatchObject({ status: 0, error: "ECONNRESET" });
    expect((await say("GET", location)).headers.range).toBe("0-19999");
    const headers = { "content-range": "20000-49999" };
    expect((await say("PATCH", location, { body: blob.subarray(20_000), headers })).status).toBe(202);
    expect((await say("PUT", `${location}?digest=${blobDigest}`)).status).toBe(201);
  });
});

describe("refusals", () => {
  test("of too many requests, with a time to wait or without", async () => {
    add({ kind: "get-manifest" }, { kind: "rate-limit" });
    add({ kind: "get-blob" }, { kind: "rate-limit", retryAfter: 7 });
    add({ kind: "head-blob" }, { kind: "rate-limit", retryAfter: "Sun, 06 Nov 2044 08:49:37 GMT" });
    const bare = await say("GET", manifestPath);
    expect([bare.status, codeOf(bare), bare.headers["retry-after"]]).toEqual([
      429,
      "TOOMANYREQUESTS",
      undefined,
    ]);
    expect((await getBlob()).headers["retry-after"]).toBe("7");
    expect((await say("HEAD", blobPath)).headers["retry-after"]).toBe("Sun, 06 Nov 2044 08:49:37 GMT");
  });

  test.each([
    ["put-manifest", 405, "UNSUPPORTED", "PUT", manifestPath],
    ["put-manifest", 400, "MANIFEST_BLOB_UNKNOWN", "PUT", manifestPath],
    ["get-manifest", 404, "MANIFEST_UNKNOWN", "GET", manifestPath],
    ["start-upload", 403, "DENIED", "POST", "/v2/a/b/blobs/uploads/"],
    ["mount", 500, "UNKNOWN", "POST", "/v2/a/b/blobs/uploads/?mount=x&from=y"],
    ["token", 503, "UNAVAILABLE", "GET", "/token"],
  ] as const)("of %s by %d %s", async (kind, status, code, method, path) => {
    add({ kind }, { kind: "status", status, code, headers: { "x-cause": "test" } });
    const refused = await say(method, path);
    expect([refused.status, codeOf(refused), refused.headers["x-cause"]]).toEqual([status, code, "test"]);
  });

  test("as of a proxy that knows no registries, leaving the connection in use", async () => {
    add({ kind: "put-blob" }, { kind: "status", status: 502 });
    const location = await startUpload();
    // A client that keeps its connections.
    const refused = await fetch(`${registry.url}${location}?digest=${blobDigest}`, {
      method: "PUT",
      body: blob,
    });
    expect([refused.status, refused.headers.get("content-type")]).toEqual([502, "text/html"]);
    expect(await refused.text()).toContain("<html>");
    expect((await fetch(`${registry.url}${blobPath}`)).status).toBe(200);
    expect((await say("GET", location)).headers.range).toBe("0-0");
  });

  test("of bodies above a size, whether or not it is told", async () => {
    const fault = add({ kind: "patch-blob" }, { kind: "body-limit", maxBytes: 1000 }, Infinity);
    const location = await startUpload();
    expect((await say("PATCH", location, { body: blob.subarray(0, 1000) })).headers.range).toBe("0-999");
    expect(fault.hits).toBe(0);
    const told = await say("PATCH", location, { body: blob });
    expect([told.status, told.headers["content-type"]]).toEqual([413, "text/html"]);
    expect((await say("PATCH", location, { pieces: [blob.subarray(0, 900), blob] })).status).toBe(413);
    expect(fault.hits).toBe(2);
  });

  test("of an upload that was lost", async () => {
    const location = await startUpload();
    add({ kind: "patch-blob" }, { kind: "lose-upload" });
    const lost = await say("PATCH", location, { body: "x" });
    expect([lost.status, codeOf(lost)]).toEqual([404, "BLOB_UPLOAD_UNKNOWN"]);
    expect((await putTo(location, blob)).status).toBe(404);
    expect(registry.uploadCount()).toBe(0);
  });

  test("of tokens that expire while an upload is under way", async () => {
    const credentials = { username: "u", password: "p" };
    const guarded = await startMemoryRegistry({ auth: { scheme: "bearer", ...credentials } });
    try {
      const fetchToken = async () => {
        const headers = { authorization: `Basic ${Buffer.from("u:p").toString("base64")}` };
        const { body } = await ask(`${guarded.url}/token?scope=repository:a/b:pull,push`, { headers });
        return { authorization: `Bearer ${(JSON.parse(body.toString()) as { token: string }).token}` };
      };
      const token = await fetchToken();
      const begun = await ask(`${guarded.url}/v2/a/b/blobs/uploads/`, { method: "POST", headers: token });
      guarded.faults.add({ match: { kind: "put-blob" }, action: { kind: "expire-tokens" } });
      const put = (headers: Record<string, string>) =>
        ask(`${guarded.url}${begun.headers.location}?digest=${blobDigest}`, {
          method: "PUT",
          headers,
          body: blob,
        });
      const refused = await put(token);
      expect(refused.status).toBe(401);
      expect(refused.headers["www-authenticate"]).toContain('error="invalid_token"');
      expect((await put(token)).status).toBe(401);
      expect((await put(await fetchToken())).status).toBe(201);
    } finally {
      await guarded.stop();
    }
  });
});

describe("wrong content", () => {
  test("of the right length", async () => {
    add({ kind: "get-blob" }, { kind: "wrong-bytes" });
    add({ kind: "get-manifest" }, { kind: "wrong-bytes" });
    const spoiled = await getBlob();
    expect([spoiled.status, spoiled.error, spoiled.body.byteLength]).toEqual([200, null, blob.byteLength]);
    expect(digestBytes(spoiled.body)).not.toBe(blobDigest);
    const other = await say("GET", manifestPath);
    expect(other.headers["docker-content-digest"]).toBe(manifestDigest);
    expect(digestBytes(other.body)).not.toBe(manifestDigest);
    expect(isWhole(await getBlob())).toBe(true);
  });

  test.each([
    ["length-of-whole", /content-length: 50000\r\n/, "ECONNRESET"],
    ["length-of-part", /content-length: 777\r\n/, null],
    ["chunked-open", /transfer-encoding: chunked\r\n/i, "ECONNRESET"],
    ["chunked-ended", /transfer-encoding: chunked\r\n/i, null],
  ] as const)("cut short: %s", async (framing, head, error) => {
    add({ kind: "get-blob" }, { kind: "truncate", afterBytes: 777, framing }, 2);
    const heard = await getBlob();
    expect([heard.status, heard.error]).toEqual([200, error]);
    expect(heard.body).toEqual(blob.subarray(0, 777));
    if (error === null) {
      const { headers } = await getBlob();
      expect(
        Object.entries(headers)
          .map(([name, value]) => `${name}: ${String(value)}\r\n`)
          .join(""),
      ).toMatch(head);
    } else {
      const wire = await readWire(blobPath);
      expect(wire.text).toMatch(head);
      expect([wire.end, wire.text.endsWith("0\r\n\r\n")]).toEqual(["closed", false]);
    }
  });

  test("in answer to a range", async () => {
    const range = { range: "bytes=100-199" };
    const whole = add({ kind: "get-blob" }, { kind: "wrong-range", answer: "whole" });
    expect(isWhole(await getBlob())).toBe(true);
    expect(whole.hits).toBe(0);
    expect(isWhole(await getBlob(range))).toBe(true);
    add({ kind: "get-blob" }, { kind: "wrong-range", answer: "shifted" });
    const shifted = await getBlob(range);
    expect([shifted.status, shifted.headers["content-range"]]).toEqual([206, "bytes 101-199/50000"]);
    expect(shifted.body).toEqual(blob.subarray(101, 200));
    add({ kind: "get-blob" }, { kind: "wrong-range", answer: "unsatisfiable" });
    expect((await getBlob(range)).status).toBe(416);
    expect((await getBlob(range)).body).toEqual(blob.subarray(100, 200));
  });

  test("of headers: no length, no digest, another digest", async () => {
    add({ kind: "head-manifest" }, { kind: "without-length" });
    const unsized = await say("HEAD", manifestPath);
    expect([unsized.status, unsized.headers["content-length"]]).toEqual([200, undefined]);
    add({ kind: "get-blob" }, { kind: "without-length" });
    const chunked = await getBlob();
    expect([isWhole(chunked), chunked.headers["transfer-encoding"]]).toEqual([true, "chunked"]);
    add({ kind: "get-manifest" }, { kind: "without-digest" });
    expect((await say("GET", manifestPath)).headers).not.toHaveProperty("docker-content-digest");
    add({ kind: "get-manifest" }, { kind: "wrong-digest", digest: blobDigest });
    const misnamed = await say("GET", manifestPath);
    expect([misnamed.headers["docker-content-digest"], misnamed.body]).toEqual([blobDigest, manifest]);
  });

  test("of a tag that moves between two requests", async () => {
    const to = await registry.putManifest("a/b", Buffer.from(`${manifest.toString()} `), ociImageManifest);
    add({ kind: "head-manifest" }, { kind: "move-tag", tag: "v1", to });
    const seen = [await say("HEAD", manifestPath), await say("GET", manifestPath)];
    expect(seen.map(({ headers }) => headers["docker-content-digest"])).toEqual([manifestDigest, to]);
  });
});

describe("slowness", () => {
  test("of every byte, down and up", async () => {
    add({}, { kind: "drip", bytesPerSecond: 250_000 }, 2);
    const down = await getBlob();
    expect(isWhole(down)).toBe(true);
    expect(down.endAfterMs - down.headAfterMs).toBeGreaterThan(140);
    expect(down.endAfterMs).toBeGreaterThan(190);
    const up = await say("POST", `/v2/a/b/blobs/uploads/?digest=${blobDigest}`, { body: blob });
    expect(up.status).toBe(201);
    expect(up.headAfterMs).toBeGreaterThan(190);
  });

  test("by silence after the head, or in the middle", async () => {
    add({ kind: "get-blob" }, { kind: "silence", ms: 150 });
    const atFirst = await getBlob();
    expect(isWhole(atFirst)).toBe(true);
    expect(atFirst.endAfterMs - atFirst.headAfterMs).toBeGreaterThan(100);
    expect(atFirst.endAfterMs).toBeGreaterThan(145);
    add({ kind: "get-blob" }, { kind: "silence", ms: Infinity, afterBytes: 1000 });
    const patience = new AbortController();
    const { body } = await fetch(`${registry.url}${blobPath}`, { signal: patience.signal });
    const received: Uint8Array[] = [];
    const reading = (async () => {
      for await (const chunk of body ?? []) {
        received.push(chunk);
        setTimeout(() => {
          patience.abort();
        }, 100);
      }
    })();
    await expect(reading).rejects.toThrow(/abort/);
    expect(Buffer.concat(received)).toEqual(blob.subarray(0, 1000));
  });

  test("does not keep the registry from stopping", async () => {
    add({ kind: "get-blob" }, { kind: "silence", ms: Infinity });
    add({ kind: "get-manifest" }, { kind: "delay", ms: Infinity });
    const waiting = [getBlob(), say("GET", manifestPath)];
    await vi.waitUntil(() => registry.requests().length === 2, { timeout: 4_000 });
    await registry.stop();
    expect((await Promise.all(waiting)).map(({ error }) => error)).toEqual(["ECONNRESET", "ECONNRESET"]);
  });

  test("of the answer as a whole", async () => {
    add({ kind: "put-manifest" }, { kind: "delay", ms: 150 });
    const headers = { "content-type": ociImageManifest };
    const put = await say("PUT", manifestPath, { body: manifest, headers });
    expect(put.status).toBe(201);
    expect(put.headAfterMs).toBeGreaterThan(145);
  });
});

describe("uploads that go on elsewhere than clients think", () => {
  test.each(["relative", "absolute", "query"] as const)("%s", async (form) => {
    add({ kind: "start-upload" }, { kind: "location", form });
    const location = await startUpload();
    const expected = {
      relative: /^\/v2\/[^?]+$/,
      absolute: /^http:\/\/127/,
      query: /^\/v2\/.+\?_state=.+&empty=&/,
    };
    expect(location).toMatch(expected[form]);
    const url = new URL(location, registry.url);
    const patched = await ask(url.href, { method: "PATCH", body: blob.subarray(0, 9) });
    expect([patched.status, patched.headers.location]).toEqual([202, location]);
    if (form === "query") {
      const changed = await ask(`${registry.url}${url.pathname}`, { method: "PATCH", body: "x" });
      expect([changed.status, codeOf(changed)]).toEqual([400, "BLOB_UPLOAD_INVALID"]);
    }
    url.searchParams.set("digest", blobDigest);
    expect((await ask(url.href, { method: "PUT", body: blob.subarray(9) })).status).toBe(201);
  });
});

test("redirects lead to another origin, which keeps what it was sent", async () => {
  add({ kind: "get-blob" }, { kind: "redirect" });
  const redirected = await getBlob({ authorization: "Basic abc" });
  expect(redirected.status).toBe(307);
  const location = new URL(redirected.headers.location ?? "");
  expect(location.host).not.toBe(registry.host);
  expect(registry.blobHostRequests()).toEqual([]);
  expect(isWhole(await ask(location.href))).toBe(true);
  const part = await ask(location.href, { headers: { range: "bytes=-10" } });
  expect([part.status, part.body]).toEqual([206, blob.subarray(-10)]);
  expect((await ask(location.href, { headers: { authorization: "Basic abc" } })).status).toBe(400);
  expect((await ask(location.origin + location.pathname)).status).toBe(403);
  expect(registry.blobHostRequests().map(({ headers }) => headers.authorization)).toEqual([
    ...[undefined, undefined, "Basic abc", undefined],
  ]);
  add({ kind: "redirected-blob" }, { kind: "reset-download", afterBytes: 5 });
  expect(await ask(location.href)).toMatchObject({ status: 200, error: "ECONNRESET" });
});
