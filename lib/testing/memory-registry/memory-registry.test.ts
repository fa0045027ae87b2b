import { mkdtemp, readdir, rm, truncate } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { digestBytes } from "#lib/engine/oci/digest.ts";
import { ociImageConfig, ociImageIndex, ociImageManifest } from "#lib/engine/oci/media-types.ts";
import { ask, type Question } from "./ask.ts";
import { startMemoryRegistry, type MemoryRegistry, type MemoryRegistryOptions } from "./memory-registry.ts";

let dir: string;
const started: MemoryRegistry[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "memory-registry-test-"));
});
afterEach(async () => {
  vi.useRealTimers();
  for (const registry of started.splice(0)) await registry.stop();
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function start(options: MemoryRegistryOptions = {}): Promise<MemoryRegistry> {
  const registry = await startMemoryRegistry(options);
  started.push(registry);
  return registry;
}

const until = (isSo: () => boolean) => vi.waitUntil(isSo, { timeout: 4_000, interval: 5 });

/** Puts the clock forward, and leaves timers alone. */
function passTime(ms: number): void {
  const now = Date.now();
  vi.useFakeTimers({ toFake: ["Date"], now: now + ms });
}

const say = (registry: MemoryRegistry, method: string, path: string, question: Question = {}) =>
  ask(`${registry.url}${path}`, { method, ...question });
const connectTo = ({ host }: MemoryRegistry) => connect(Number(host.split(":")[1]), "127.0.0.1");
const jsonOf = ({ body }: { body: Buffer }) => JSON.parse(body.toString()) as Record<string, unknown>;
const codeOf = (heard: { body: Buffer }) => (jsonOf(heard).errors as { code: string }[])[0]?.code;

const layer = Buffer.from("0123456789");
const layerDigest = digestBytes(layer);
const config = Buffer.from("{}");
const describeBytes = (mediaType: string, bytes: Buffer) => ({
  mediaType,
  digest: digestBytes(bytes),
  size: bytes.byteLength,
});
const imageOf = (fields: object = {}) =>
  Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: ociImageManifest,
      config: describeBytes(ociImageConfig, config),
      layers: [describeBytes("application/vnd.oci.image.layer.v1.tar", layer)],
      ...fields,
    }),
  );
const image = imageOf();
const indexOf = (...manifests: Buffer[]) =>
  Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: ociImageIndex,
      manifests: manifests.map((bytes) => describeBytes(ociImageManifest, bytes)),
    }),
  );
const putImage = (
  registry: MemoryRegistry,
  path: string,
  body: Uint8Array = image,
  mediaType = ociImageManifest,
) => say(registry, "PUT", path, { body, headers: { "content-type": mediaType } });

async function startWithBlobs(options: MemoryRegistryOptions = {}): Promise<MemoryRegistry> {
  const registry = await start(options);
  for (const blob of [layer, config]) await registry.putBlob("a/b", blob);
  return registry;
}

async function startUpload(registry: MemoryRegistry): Promise<string> {
  const { status, headers } = await say(registry, "POST", "/v2/a/b/blobs/uploads/");
  expect({ status, range: headers.range }).toEqual({ status: 202, range: "0-0" });
  return headers.location ?? "";
}

describe.each(["in memory", "in a folder"])("blobs %s", (where) => {
  const open = (options: MemoryRegistryOptions = {}) =>
    start(where === "in memory" ? options : { ...options, folder: join(dir, String(Math.random())) });

  test("go in by POST and PUT and come out whole and by range", async () => {
    const registry = await open();
    const location = await startUpload(registry);
    const put = await say(registry, "PUT", `${location}?digest=${layerDigest}`, { body: layer });
    expect(put.status).toBe(201);
    expect(put.headers).toMatchObject({
      location: `/v2/a/b/blobs/${layerDigest}`,
      "docker-content-digest": layerDigest,
    });
    const path = `/v2/a/b/blobs/${layerDigest}`;
    const etag = `"${layerDigest}"`;
    const head = await say(registry, "HEAD", path);
    expect(head.status).toBe(200);
    expect(head.headers).toMatchObject({ "content-length": "10", etag, "accept-ranges": "bytes" });
    const get = async (headers: Record<string, string>) => {
      const heard = await say(registry, "GET", path, { headers });
      return [heard.status, heard.headers["content-range"], heard.body.toString()];
    };
    expect(await get({})).toEqual([200, undefined, "0123456789"]);
    expect(await get({ range: "bytes=2-4" })).toEqual([206, "bytes 2-4/10", "234"]);
    expect(await get({ range: "bytes=7-" })).toEqual([206, "bytes 7-9/10", "789"]);
    expect(await get({ range: "bytes=-3" })).toEqual([206, "bytes 7-9/10", "789"]);
    expect(await get({ range: "bytes=5-99" })).toEqual([206, "bytes 5-9/10", "56789"]);
    expect(await get({ range: "bytes=2-4", "if-range": '"other"' })).toEqual([200, undefined, "0123456789"]);
    expect(await get({ range: "bytes=2-4", "if-range": etag })).toEqual([206, "bytes 2-4/10", "234"]);
    expect((await get({ range: "bytes=10-" })).slice(0, 2)).toEqual([416, "bytes */10"]);
    expect(await get({ "if-none-match": etag })).toEqual([304, undefined, ""]);
    expect(registry.uploadCount()).toBe(0);
    expect(await registry.verifyAll()).toEqual({ checked: 1, problems: [] });
  });

  test("go in by chunks, each where the last one ended", async () => {
    const registry = await open();
    const location = await startUpload(registry);
    const patch = (range: string, body: string) =>
      say(registry, "PATCH", location, { headers: { "content-range": range }, body });
    expect((await patch("0-3", "0123")).headers).toMatchObject({ range: "0-3", location });
    const wrong = await patch("5-6", "56");
    expect([wrong.status, wrong.headers.range]).toEqual([416, "0-3"]);
    expect((await patch("4-6", "45")).status).toBe(400);
    const streamed = await say(registry, "PATCH", location, { pieces: ["4", "56"] });
    expect([streamed.status, streamed.headers.range]).toEqual([202, "0-6"]);
    const asked = await say(registry, "GET", location);
    expect([asked.status, asked.headers.range, asked.headers.location]).toEqual([204, "0-6", location]);
    const put = await say(registry, "PUT", `${location}?digest=${layerDigest}`, {
      headers: { "content-range": "7-9" },
      body: "789",
    });
    expect(put.status).toBe(201);
    expect((await say(registry, "GET", `/v2/a/b/blobs/${layerDigest}`)).body).toEqual(layer);
  });

  test("may be of sha512, or of nothing", async () => {
    const registry = await open();
    for (const [bytes, algorithm] of [
      [layer, "sha512"],
      [Buffer.alloc(0), "sha256"],
    ] as const) {
      const digest = digestBytes(bytes, algorithm);
      const location = await startUpload(registry);
      if (bytes.byteLength > 0) await say(registry, "PATCH", location, { body: bytes.subarray(0, 4) });
      const put = await say(registry, "PUT", `${location}?digest=${digest}`, { body: bytes.subarray(4) });
      expect(put.status).toBe(201);
      const got = await say(registry, "GET", `/v2/a/b/blobs/${digest}`);
      expect([got.status, got.body]).toEqual([200, bytes]);
    }
  });

  test("that are not what they are said to be are refused, and their upload is gone", async () => {
    const registry = await open();
    const location = await startUpload(registry);
    expect(codeOf(await say(registry, "PUT", location, { body: layer }))).toBe("DIGEST_INVALID");
    const refused = await say(registry, "PUT", `${location}?digest=${digestBytes("x")}`, { body: layer });
    expect([refused.status, codeOf(refused)]).toEqual([400, "DIGEST_INVALID"]);
    const gone = await say(registry, "GET", location);
    expect([gone.status, codeOf(gone)]).toEqual([404, "BLOB_UPLOAD_UNKNOWN"]);
    const absent = await say(registry, "GET", `/v2/a/b/blobs/${layerDigest}`);
    expect([absent.status, codeOf(absent)]).toEqual([404, "BLOB_UNKNOWN"]);
    expect((await say(registry, "GET", "/v2/a/b/blobs/sha256:beef")).status).toBe(400);
  });

  test("are deleted, and their bytes with the last repository that has them", async () => {
    const registry = await open();
    await registry.putBlob("a/b", layer);
    await registry.putBlob("c", layer);
    const remove = (name: string) => say(registry, "DELETE", `/v2/${name}/blobs/${layerDigest}`);
    expect((await remove("a/b")).status).toBe(202);
    expect((await remove("a/b")).status).toBe(404);
    expect((await say(registry, "GET", `/v2/c/blobs/${layerDigest}`)).body).toEqual(layer);
    await remove("c");
    expect((await say(registry, "HEAD", `/v2/c/blobs/${layerDigest}`)).status).toBe(404);
  });
});

describe("uploads", () => {
  const startPatch = async (registry: MemoryRegistry, location: string) => {
    const socket = connectTo(registry);
    socket.write(`PATCH ${location} HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n0123`);
    await until(() => registry.requests({ kind: "patch-blob" })[0]?.bytesIn === 4);
    return socket;
  };

  test("keep what a client sent before it was gone", async () => {
    const registry = await start();
    const location = await startUpload(registry);
    (await startPatch(registry, location)).destroy();
    expect((await say(registry, "GET", location)).headers.range).toBe("0-3");
    expect(registry.requests({ kind: "patch-blob" })).toMatchObject([{ status: null, bytesIn: 4 }]);
    const put = await say(registry, "PUT", `${location}?digest=${layerDigest}`, { body: "456789" });
    expect(put.status).toBe(201);
  });

  test("say where they stand once what is under way has come", async () => {
    const registry = await start();
    const location = await startUpload(registry);
    const socket = await startPatch(registry, location);
    const asked = say(registry, "GET", location);
    await until(() => registry.requests({ kind: "upload-status" }).length === 1);
    socket.write("456789");
    expect((await asked).headers.range).toBe("0-9");
    socket.destroy();
  });

  test("in one POST, or by upload where the registry takes none", async () => {
    const [one, two] = [await start(), await start({ singlePost: false })];
    const path = `/v2/a/b/blobs/uploads/?digest=${layerDigest}`;
    expect((await say(one, "POST", path, { body: layer })).status).toBe(201);
    expect(one.hasBlob("a/b", layerDigest)).toBe(true);
    expect((await say(two, "POST", path, { body: layer })).status).toBe(202);
    expect(two.hasBlob("a/b", layerDigest)).toBe(false);
  });

  test("are mounted from where the blob is, or begun", async () => {
    const registry = await startWithBlobs();
    const mount = (from: string, at = registry) =>
      say(at, "POST", `/v2/c/blobs/uploads/?mount=${layerDigest}&from=${from}`);
    const elsewhere = await mount("nowhere");
    expect(elsewhere.status).toBe(202);
    expect(elsewhere.headers.location).toMatch(/^\/v2\/c\/blobs\/uploads\/.+/);
    expect((await mount("a/b")).status).toBe(201);
    expect(registry.hasBlob("c", layerDigest)).toBe(true);
    expect((await mount("a/b", await startWithBlobs({ mounts: false }))).status).toBe(202);
  });

  test("are cancelled, and forgotten when nothing happens", async () => {
    const registry = await start({ uploadExpiryMs: 60_000 });
    const cancelled = await startUpload(registry);
    expect((await say(registry, "DELETE", cancelled)).status).toBe(204);
    expect((await say(registry, "GET", cancelled)).status).toBe(404);
    const idle = await startUpload(registry);
    expect((await say(registry, "GET", idle)).status).toBe(204);
    passTime(61_000);
    expect((await say(registry, "PATCH", idle, { body: "x" })).status).toBe(404);
    expect(registry.uploadCount()).toBe(0);
  });
});

describe("manifests", () => {
  test("are pushed under tag and digest, read, and deleted", async () => {
    const registry = await startWithBlobs();
    const digest = digestBytes(image);
    const put = await putImage(registry, "/v2/a/b/manifests/v1");
    expect(put.status).toBe(201);
    expect(put.headers).toMatchObject({
      location: `/v2/a/b/manifests/${digest}`,
      "docker-content-digest": digest,
    });
    expect((await putImage(registry, `/v2/a/b/manifests/${digest}`)).status).toBe(201);
    for (const reference of ["v1", digest]) {
      const path = `/v2/a/b/manifests/${reference}`;
      const head = await say(registry, "HEAD", path, { headers: { accept: ociImageManifest } });
      expect([head.status, head.headers["content-length"]]).toEqual([200, String(image.byteLength)]);
      const got = await say(registry, "GET", path);
      expect(got.body).toEqual(image);
      expect(got.headers).toMatchObject({
        "content-type": ociImageManifest,
        "docker-content-digest": digest,
      });
    }
    const unwanted = await say(registry, "GET", "/v2/a/b/manifests/v1", {
      headers: { accept: ociImageIndex },
    });
    expect([unwanted.status, codeOf(unwanted)]).toEqual([404, "MANIFEST_UNKNOWN"]);
    expect((await say(registry, "DELETE", "/v2/a/b/manifests/v1")).status).toBe(202);
    expect((await say(registry, "GET", "/v2/a/b/manifests/v1")).status).toBe(404);
    expect((await say(registry, "GET", `/v2/a/b/manifests/${digest}`)).status).toBe(200);
    await registry.moveTag("a/b", "v2", digest);
    expect((await say(registry, "DELETE", `/v2/a/b/manifests/${digest}`)).status).toBe(202);
    expect(registry.findTag("a/b", "v2")).toBeNull();
  });

  test.each([
    ["all", 202, 202],
    ["by-digest", 405, 202],
    ["none", 405, 405],
  ] as const)("with deletion %s, a tag answers %d and a digest %d", async (deletion, tagged, named) => {
    const registry = await start({ deletion });
    const digest = await registry.putManifest("a/b", image, ociImageManifest, { tag: "v1" });
    expect((await say(registry, "DELETE", "/v2/a/b/manifests/v1")).status).toBe(tagged);
    expect((await say(registry, "DELETE", `/v2/a/b/manifests/${digest}`)).status).toBe(named);
  });

  test.each<[string, MemoryRegistryOptions, Buffer, string, number, string]>([
    [
      "a missing layer",
      {},
      imageOf({ config: describeBytes("x/y", Buffer.from("z")) }),
      ociImageManifest,
      400,
      "MANIFEST_BLOB_UNKNOWN",
    ],
    [
      "a missing child",
      { sparseIndexes: false },
      indexOf(image),
      ociImageIndex,
      400,
      "MANIFEST_BLOB_UNKNOWN",
    ],
    ["another media type", {}, image, ociImageIndex, 400, "MANIFEST_INVALID"],
    ["no JSON", {}, Buffer.from("<html>"), ociImageManifest, 400, "MANIFEST_INVALID"],
    ["more than 4 MiB", {}, Buffer.alloc(4 * 1024 * 1024 + 1, " "), ociImageManifest, 413, "SIZE_INVALID"],
    [
      "a layer elsewhere",
      { foreignLayers: false },
      imageOf({ layers: [foreignLayer()] }),
      ociImageManifest,
      400,
      "MANIFEST_INVALID",
    ],
  ])("are refused for %s", async (_what, options, body, mediaType, status, code) => {
    const registry = await startWithBlobs(options);
    const refused = await putImage(registry, "/v2/a/b/manifests/v1", body, mediaType);
    expect([refused.status, codeOf(refused)]).toEqual([status, code]);
    expect(registry.findTag("a/b", "v1")).toBeNull();
  });

  test("that are refused before their end leave the connection to the next request", async () => {
    const registry = await start();
    const socket = connectTo(registry);
    const length = 6 * 1024 * 1024;
    socket.write(
      `PUT /v2/a/b/manifests/v1 HTTP/1.1\r\nhost: x\r\ncontent-length: ${length}\r\n\r\n${" ".repeat(length)}` +
        "GET /v2/ HTTP/1.1\r\nhost: x\r\n\r\n",
    );
    let heard = "";
    socket.on("data", (chunk: Buffer) => (heard += chunk.toString()));
    await until(() => heard.includes("HTTP/1.1 200"));
    expect(heard).toMatch(/^HTTP\/1\.1 413 /);
    socket.destroy();
  });

  test("are refused under a digest that is not theirs, and under what is no tag", async () => {
    const registry = await startWithBlobs();
    const wrong = await putImage(registry, `/v2/a/b/manifests/${layerDigest}`);
    expect([wrong.status, codeOf(wrong)]).toEqual([400, "DIGEST_INVALID"]);
    expect(codeOf(await putImage(registry, "/v2/a/b/manifests/-x"))).toBe("TAG_INVALID");
    expect(codeOf(await putImage(registry, "/v2/A/manifests/v1"))).toBe("NAME_INVALID");
  });

  test("may be sparse, name layers elsewhere, and be of sha512", async () => {
    const registry = await startWithBlobs();
    expect((await putImage(registry, "/v2/a/b/manifests/sparse", indexOf(image), ociImageIndex)).status).toBe(
      201,
    );
    const foreign = imageOf({ layers: [foreignLayer()] });
    expect((await putImage(registry, "/v2/a/b/manifests/foreign", foreign)).status).toBe(201);
    const sha512 = digestBytes(image, "sha512");
    const put = await putImage(registry, `/v2/a/b/manifests/${sha512}`);
    expect([put.status, put.headers["docker-content-digest"]]).toEqual([201, sha512]);
    expect((await registry.verifyAll()).problems).toEqual([
      { repository: "a/b", digest: digestBytes(image), problem: "missing" },
    ]);
  });
});

function foreignLayer() {
  const mediaType = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";
  return { ...describeBytes(mediaType, Buffer.from("windows")), urls: ["https://mcr.example.com/layer"] };
}

describe("lists", () => {
  test("come in pages, linked to the next", async () => {
    const registry = await start({ maxPageSize: 2 });
    for (const tag of ["c", "a", "b", "d", "e"]) {
      await registry.putManifest("x/y", image, ociImageManifest, { tag });
      await registry.putManifest(`x/${tag}`, image, ociImageManifest, { tag: "v1" });
    }
    const readAll = async (path: string, field: string) => {
      const pages: unknown[] = [];
      for (let next: string | undefined = path; next !== undefined;) {
        const heard = await say(registry, "GET", next);
        pages.push(jsonOf(heard)[field]);
        const { link } = heard.headers;
        next = /^<([^>]+)>; rel="next"$/.exec(String(link))?.[1];
      }
      return pages;
    };
    expect(await readAll("/v2/x/y/tags/list", "tags")).toEqual([["a", "b"], ["c", "d"], ["e"]]);
    expect(await readAll("/v2/x/y/tags/list?n=1&last=c", "tags")).toEqual([["d"], ["e"]]);
    expect(await readAll("/v2/_catalog?n=9&last=x/b", "repositories")).toEqual([
      ["x/c", "x/d"],
      ["x/e", "x/y"],
    ]);
    expect(await readAll("/v2/x/y/tags/list?n=0", "tags")).toEqual([[]]);
    expect((await say(registry, "GET", "/v2/x/y/tags/list?n=-1")).status).toBe(400);
    expect(codeOf(await say(registry, "GET", "/v2/nobody/tags/list"))).toBe("NAME_UNKNOWN");
  });

  test("of referrers can be narrowed to a type, or are not kept at all", async () => {
    const [kept, not] = [await startWithBlobs(), await startWithBlobs({ referrersApi: false })];
    const subject = describeBytes(ociImageManifest, image);
    const signature = imageOf({ subject, artifactType: "text/signature", annotations: { by: "us" } });
    const sbom = imageOf({ subject });
    for (const body of [signature, sbom]) {
      const put = await putImage(kept, `/v2/a/b/manifests/${digestBytes(body)}`, body);
      expect(put.headers["oci-subject"]).toBe(subject.digest);
    }
    const path = `/v2/a/b/referrers/${subject.digest}`;
    const all = await say(kept, "GET", path);
    expect(all.headers["content-type"]).toBe(ociImageIndex);
    expect(all.headers["oci-filters-applied"]).toBeUndefined();
    const described = {
      signature: {
        ...describeBytes(ociImageManifest, signature),
        artifactType: "text/signature",
        annotations: { by: "us" },
      },
      sbom: { ...describeBytes(ociImageManifest, sbom), artifactType: ociImageConfig },
    };
    expect(new Set(jsonOf(all).manifests as object[])).toEqual(new Set(Object.values(described)));
    const some = await say(kept, "GET", `${path}?artifactType=text/signature`);
    expect(some.headers["oci-filters-applied"]).toBe("artifactType");
    expect(jsonOf(some).manifests).toEqual([described.signature]);
    expect(jsonOf(await say(kept, "GET", `/v2/a/b/referrers/${layerDigest}`)).manifests).toEqual([]);
    expect((await putImage(not, "/v2/a/b/manifests/s", sbom)).headers["oci-subject"]).toBeUndefined();
    expect((await say(not, "GET", path)).status).toBe(404);
  });
});

describe("authentication", () => {
  const credentials = { username: "robot", password: "pass:wörd" };
  const basic = `Basic ${Buffer.from("robot:pass:wörd").toString("base64")}`;
  const ping = (registry: MemoryRegistry, authorization?: string) =>
    say(registry, "GET", "/v2/", authorization === undefined ? {} : { headers: { authorization } });

  test("by basic credentials", async () => {
    const registry = await start({ auth: { scheme: "basic", ...credentials } });
    const asked = await ping(registry);
    expect([asked.status, asked.headers["www-authenticate"]]).toEqual([401, 'Basic realm="registry"']);
    expect((await ping(registry, "Basic cm9ib3Q6eA==")).status).toBe(401);
    expect((await ping(registry, basic)).status).toBe(200);
    expect(registry.requests().map((each) => each.authorizationScheme)).toEqual([null, "basic", "basic"]);
  });

  test("by tokens of scopes that expire", async () => {
    const registry = await start({
      auth: {
        scheme: "bearer",
        ...credentials,
        lifetimeMs: 10_000,
        statedSeconds: 60,
        anonymousPull: true,
        permits: (repository, action) => repository !== "secret" && action !== "delete",
      },
    });
    await registry.putManifest("a/b", image, ociImageManifest, { tag: "v1" });
    const path = "/v2/a/b/manifests/v1";
    const challenge = (await say(registry, "PUT", path)).headers["www-authenticate"];
    expect(challenge).toBe(
      `Bearer realm="${registry.url}/token",service="memory-registry",scope="repository:a/b:pull,push"`,
    );
    const fetchToken = async (scope: string, headers: Record<string, string> = {}) => {
      const heard = await say(registry, "GET", `/token?service=x&scope=${scope}`, { headers });
      return { ...heard, bearer: `Bearer ${String(jsonOf(heard).token)}`, seconds: jsonOf(heard).expires_in };
    };
    const useToken = async (authorization: string, method: string, at = path) =>
      (await say(registry, method, at, { headers: { authorization } })).status;

    const anonymous = await fetchToken("repository:a/b:pull,push");
    expect(anonymous.seconds).toBe(60);
    expect(await useToken(anonymous.bearer, "GET")).toBe(200);
    expect(await useToken(anonymous.bearer, "PUT")).toBe(401);
    expect((await fetchToken("", { authorization: "Basic eDp5" })).status).toBe(401);
    const known = await fetchToken("repository:a/b:pull,push,delete", { authorization: basic });
    expect(await useToken(known.bearer, "PUT")).toBe(400);
    expect(await useToken(known.bearer, "DELETE")).toBe(401);
    expect(await useToken(known.bearer, "GET", "/v2/c/tags/list")).toBe(401);
    expect(registry.requests({ kind: "token" }).at(-1)?.scopes).toEqual([
      "repository:a/b:pull",
      "repository:a/b:push",
    ]);
    passTime(11_000);
    expect(await useToken(known.bearer, "GET")).toBe(401);
    const form = new URLSearchParams({
      grant_type: "password",
      ...credentials,
      scope: "repository:a/b:pull",
    });
    const posted = await say(registry, "POST", "/token", { body: form.toString() });
    const { access_token: token } = jsonOf(posted);
    expect(await useToken(`Bearer ${String(token)}`, "GET")).toBe(200);
    registry.revokeTokens();
    expect(await useToken(`Bearer ${String(token)}`, "GET")).toBe(401);
  });

  test("mounts from nowhere that the token does not reach", async () => {
    const registry = await start({ auth: { scheme: "bearer", ...credentials } });
    await registry.putBlob("a/b", layer);
    const mount = async (scopes: string) => {
      const token = await say(registry, "GET", `/token?scope=${scopes}`, {
        headers: { authorization: basic },
      });
      const authorization = `Bearer ${String(jsonOf(token).token)}`;
      const path = `/v2/c/blobs/uploads/?mount=${layerDigest}&from=a/b`;
      return (await say(registry, "POST", path, { headers: { authorization } })).status;
    };
    expect(await mount("repository:c:pull,push")).toBe(202);
    expect(await mount("repository:c:pull,push&scope=repository:a/b:pull")).toBe(201);
  });
});

test("a folder keeps all over a restart, and nothing that was under way", async () => {
  const folder = join(dir, "kept");
  const first = await startMemoryRegistry({ folder });
  await first.putBlob("a/b", layer);
  await first.putBlob("a/b", config);
  await putImage(first, "/v2/a/b/manifests/v1");
  const signature = imageOf({ subject: describeBytes(ociImageManifest, image) });
  await putImage(first, "/v2/a/b/manifests/signature", signature);
  await putImage(first, "/v2/a/b/manifests/gone");
  await say(first, "DELETE", "/v2/a/b/manifests/gone");
  const location = await startUpload(first);
  await say(first, "PATCH", location, { body: "half" });
  // As a killed process leaves it: nothing was tidied up.
  const second = await start({ folder });
  expect(await readdir(join(folder, "incoming"))).toEqual([]);
  expect(second.listRepositories()).toEqual(["a/b"]);
  expect(second.listTags("a/b")).toEqual(["signature", "v1"]);
  expect((await say(second, "GET", "/v2/a/b/manifests/v1")).body).toEqual(image);
  const referrers = await say(second, "GET", `/v2/a/b/referrers/${digestBytes(image)}`);
  expect(jsonOf(referrers).manifests).toHaveLength(1);
  expect((await say(second, "GET", location)).status).toBe(404);
  expect(await second.verifyAll()).toEqual({ checked: 4, problems: [] });
  await first.stop();

  await truncate(join(folder, "blobs", layerDigest.replace(":", "/")), 3);
  await second.removeBlob("a/b", digestBytes(config));
  expect((await second.verifyAll()).problems).toEqual([
    { repository: "a/b", digest: layerDigest, problem: "corrupt" },
    { repository: "a/b", digest: digestBytes(config), problem: "missing" },
  ]);
});

test("the log tells bytes, ranges and the most requests at once", async () => {
  const registry = await startWithBlobs();
  const path = `/v2/a/b/blobs/${layerDigest}`;
  registry.faults.add({ match: { kind: "get-blob" }, times: 3, action: { kind: "delay", ms: 60 } });
  await Promise.all([1, 2, 3].map(() => say(registry, "GET", path, { headers: { range: "bytes=0-3" } })));
  await say(registry, "HEAD", path);
  expect(registry.peaks()).toEqual({ transfers: 3, small: 1 });
  const [request] = registry.requests({ kind: "get-blob", repository: "a/b", digest: layerDigest });
  expect(request).toMatchObject({
    method: "GET",
    path,
    range: "bytes=0-3",
    status: 206,
    bytesOut: 4,
    bytesIn: 0,
  });
  expect((request?.endedAt ?? 0) - (request?.startedAt ?? 0)).toBeGreaterThanOrEqual(50);
  await say(registry, "POST", `/v2/a/b/blobs/uploads/?digest=${layerDigest}`, { body: layer });
  expect(registry.requests({ kind: "post-blob" })).toMatchObject([{ bytesIn: 10, status: 201 }]);
  registry.clearRequests();
  expect(registry.requests()).toEqual([]);
  expect(registry.peaks()).toEqual({ transfers: 0, small: 0 });
});
