import { zstdCompressSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { startMemoryRegistry, type MemoryRegistry } from "#lib/testing/memory-registry/memory-registry.ts";
import type { MemoryRegistryOptions } from "#lib/testing/memory-registry/memory-registry.ts";
import { digestBytes, type Digest, type DigestAlgorithm } from "../oci/digest.ts";
import {
  dockerImageManifest,
  ociArtifactManifest,
  ociImageConfig,
  ociImageIndex,
  ociImageManifest,
  ociLayerGzip,
} from "../oci/media-types.ts";
import { parseImagePath, parseRegistryHost } from "../oci/reference.ts";
import { createRegistryClient } from "../oci/registry-client.ts";
import {
  createMirrorSession,
  createRegistrySource,
  createRegistryTarget,
  type MirrorEvent,
  type MirrorSessionOptions,
} from "./index.ts";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function start(options: MemoryRegistryOptions = {}): Promise<MemoryRegistry> {
  const registry = await startMemoryRegistry(options);
  ends.push(() => registry.stop());
  return registry;
}

async function copy(
  source: MemoryRegistry,
  target: MemoryRegistry,
  path = "app:v1",
  options: Partial<MirrorSessionOptions> = {},
  from = parseImagePath(path),
) {
  const events: MirrorEvent[] = [];
  const clientOf = ({ host }: MemoryRegistry) => {
    const client = createRegistryClient({
      registry: parseRegistryHost(host),
      plainHttp: true,
      access: "pull,push",
    });
    ends.push(() => client.close());
    return client;
  };
  const session = createMirrorSession({
    source: createRegistrySource(clientOf(source)),
    target: createRegistryTarget(clientOf(target)),
    limits: { backoffMs: 1 },
    onEvent: (event) => events.push(event),
    ...options,
  });
  const image = parseImagePath(path);
  const result = await session.copy({
    source: { registry: parseRegistryHost(source.host), ...from },
    target: image,
  });
  return { result, session, events, retries: events.filter(({ type }) => type === "retrying") };
}

const bytesOf = (value: object | string) =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value));

interface Put {
  readonly tag?: string;
  readonly mediaType?: string;
  readonly algorithm?: DigestAlgorithm;
}

async function putManifest(
  registry: MemoryRegistry,
  content: object,
  { tag, mediaType, algorithm }: Put = {},
) {
  const raw = bytesOf(content);
  const type = mediaType ?? ("manifests" in content ? ociImageIndex : ociImageManifest);
  const digest = await registry.putManifest("app", raw, type, {
    ...(tag === undefined ? {} : { tag }),
    ...(algorithm === undefined ? {} : { algorithm }),
  });
  return { mediaType: type, digest, size: raw.byteLength };
}

async function putBlob(
  registry: MemoryRegistry,
  content: Uint8Array,
  mediaType: string,
  by?: DigestAlgorithm,
) {
  const digest = await registry.putBlob("app", content, by ? { algorithm: by } : {});
  return { mediaType, digest, size: content.byteLength };
}

/** An image with one layer of these words. */
async function putImage(registry: MemoryRegistry, words: string, put: Put & { fields?: object } = {}) {
  const config = await putBlob(registry, bytesOf({ os: "linux", words }), ociImageConfig, put.algorithm);
  const layer = await putBlob(registry, bytesOf(words), ociLayerGzip, put.algorithm);
  const content = { schemaVersion: 2, mediaType: ociImageManifest, config, layers: [layer], ...put.fields };
  return putManifest(registry, content, put);
}

const amd64 = { os: "linux", architecture: "amd64" };
const arm64 = { os: "linux", architecture: "arm64" };

async function expectSame(source: MemoryRegistry, target: MemoryRegistry, tag = "v1"): Promise<void> {
  expect(target.findTag("app", tag)).toBe(source.findTag("app", tag));
  expect((await target.verifyAll()).problems).toEqual([]);
  expect(target.uploadCount()).toBe(0);
}

describe("content of every kind arrives as it is", () => {
  test("an index within an index, with an image between", async () => {
    const [source, target] = [await start(), await start()];
    const [a, b] = [await putImage(source, "a"), await putImage(source, "b")];
    const inner = await putManifest(source, { schemaVersion: 2, manifests: [a] });
    await putManifest(source, { schemaVersion: 2, manifests: [inner, b] }, { tag: "v1" });
    expect((await copy(source, target)).result.outcome).toBe("copied");
    await expectSame(source, target);
  });

  test("an image without layers, an artifact with an empty configuration, an empty layer", async () => {
    const [source, target] = [await start(), await start()];
    const empty = await putBlob(source, bytesOf("{}"), "application/vnd.oci.empty.v1+json");
    const nothing = await putBlob(source, bytesOf(""), ociLayerGzip);
    await putManifest(source, { schemaVersion: 2, config: empty }, { tag: "none" });
    await putManifest(
      source,
      { schemaVersion: 2, artifactType: "application/x.sbom", config: empty, layers: [empty] },
      { tag: "artifact" },
    );
    await putManifest(source, { schemaVersion: 2, config: empty, layers: [nothing] }, { tag: "hollow" });
    for (const tag of ["none", "artifact", "hollow"]) {
      await copy(source, target, `app:${tag}`);
      await expectSame(source, target, tag);
    }
  });

  test("an artifact manifest, which has blobs alone", async () => {
    const [source, target] = [await start(), await start()];
    const blob = await putBlob(source, bytesOf("a signature"), "application/jose+json");
    const artifact = {
      mediaType: ociArtifactManifest,
      artifactType: "application/x.signature",
      blobs: [blob],
    };
    await putManifest(source, artifact, { tag: "v1", mediaType: ociArtifactManifest });
    await copy(source, target);
    await expectSame(source, target);
    expect(target.hasBlob("app", blob.digest)).toBe(true);
  });

  test("sha512, by tag and by digest", async () => {
    const [source, target] = [await start(), await start()];
    const { digest } = await putImage(source, "long", { tag: "v1", algorithm: "sha512" });
    expect(digest).toMatch(/^sha512:/);
    await copy(source, target, `app@${digest}`);
    expect(target.hasManifest("app", digest)).toBe(true);
    expect((await target.verifyAll()).problems).toEqual([]);
  });

  test("sha512 that a registry names by sha256 is known again", async () => {
    const [source, target] = [await start(), await start()];
    const { digest } = await putImage(source, "long", { algorithm: "sha512" });
    const path = { ...parseImagePath("app:v1"), digest };
    const copyByDigest = () => copy(source, target, "app:v1", {}, path);
    expect((await copyByDigest()).result.outcome).toBe("copied");
    expect(target.findTag("app", "v1")).toMatch(/^sha256:/);
    expect((await copyByDigest()).result).toMatchObject({ outcome: "skipped", rootDigest: digest });
  });

  test("what a descriptor embeds is not fetched, unless it is not what its digest says", async () => {
    const [source, target] = [await start(), await start()];
    const embed = (bytes: Uint8Array) => ({ data: Buffer.from(bytes).toString("base64") });
    const config = await putBlob(source, bytesOf({ os: "linux", a: 1 }), ociImageConfig);
    const [layer, other] = [
      await putBlob(source, bytesOf("a layer"), ociLayerGzip),
      await putBlob(source, bytesOf("another"), ociLayerGzip),
    ];
    const layers = [
      { ...layer, ...embed(bytesOf("a layer")) },
      { ...other, ...embed(bytesOf("anothe!")) },
    ];
    const image = bytesOf({ schemaVersion: 2, mediaType: ociImageManifest, config, layers });
    const digest = await source.putManifest("app", image, ociImageManifest);
    const child = { mediaType: ociImageManifest, digest, size: image.byteLength, ...embed(image) };
    await putManifest(source, { schemaVersion: 2, manifests: [child] }, { tag: "v1" });
    await copy(source, target);
    await expectSame(source, target);
    expect(source.requests({ kind: "get-blob" }).map((each) => each.digest)).toEqual(
      expect.arrayContaining([other.digest, config.digest]),
    );
    expect(source.requests({ kind: "get-blob", digest: layer.digest })).toEqual([]);
    expect(source.requests({ kind: "get-manifest" })).toHaveLength(1);
  });

  test("layers packed by zstd, and fields that nobody knows", async () => {
    const [source, target] = [await start(), await start()];
    const layer = await putBlob(
      source,
      zstdCompressSync("words"),
      "application/vnd.oci.image.layer.v1.tar+zstd",
    );
    const fields = { layers: [layer], "x-unknown": [1, { deep: null }] };
    await putImage(source, "zstd", { tag: "v1", fields });
    await copy(source, target);
    await expectSame(source, target);
  });
});

describe("platforms", () => {
  async function putIndex(source: MemoryRegistry) {
    const [a, b] = [await putImage(source, "a"), await putImage(source, "b")];
    const attestation = await putImage(source, "attestation of b");
    const manifests = [
      { ...a, platform: amd64 },
      { ...b, platform: arm64 },
      {
        ...attestation,
        platform: { os: "unknown", architecture: "unknown" },
        annotations: { "vnd.docker.reference.digest": b.digest },
      },
    ];
    await putManifest(source, { schemaVersion: 2, manifests }, { tag: "v1" });
    return { a, b, attestation };
  }

  test("that are chosen come alone, under the same digest", async () => {
    const [source, target] = [await start(), await start()];
    const { a, b, attestation } = await putIndex(source);
    const { events } = await copy(source, target, "app:v1", { scope: { platforms: [amd64] } });
    expect(target.findTag("app", "v1")).toBe(source.findTag("app", "v1"));
    expect([a, b, attestation].map(({ digest }) => target.hasManifest("app", digest))).toEqual([
      true,
      false,
      false,
    ]);
    const planned = events.find((event) => event.type === "image-planned");
    expect(planned).toMatchObject({ plan: { platforms: [amd64], platformsLeftOut: [arm64] } });
  });

  test("come with what attests them", async () => {
    const [source, target] = [await start(), await start()];
    const { attestation } = await putIndex(source);
    await copy(source, target, "app:v1", { scope: { platforms: [arm64] } });
    expect(target.hasManifest("app", attestation.digest)).toBe(true);
  });

  test("of one image that stands for several are all kept", async () => {
    const [source, target] = [await start(), await start()];
    const image = await putImage(source, "any");
    const manifests = [
      { ...image, platform: arm64 },
      { ...image, platform: amd64 },
    ];
    await putManifest(source, { schemaVersion: 2, manifests }, { tag: "v1" });
    await copy(source, target, "app:v1", { scope: { platforms: [amd64] } });
    expect(target.hasManifest("app", image.digest)).toBe(true);
  });

  test("that only one of the nested indexes has are enough", async () => {
    const [source, target] = [await start(), await start()];
    const [a, b] = [await putImage(source, "a"), await putImage(source, "b")];
    const ofB = { schemaVersion: 2, manifests: [{ ...b, platform: arm64 }] };
    const inner = await putManifest(source, ofB);
    const manifests = [inner, { ...a, platform: amd64 }];
    await putManifest(source, { schemaVersion: 2, manifests }, { tag: "v1" });
    await copy(source, target, "app:v1", { scope: { platforms: [amd64] } });
    expect([a, b].map(({ digest }) => target.hasManifest("app", digest))).toEqual([true, false]);
  });

  test("are known by the variant that goes without saying", async () => {
    const [source, target] = [await start(), await start()];
    const { b } = await putIndex(source);
    const scope = { platforms: [{ ...arm64, variant: "v8" }] };
    await copy(source, target, "app:v1", { scope });
    expect(target.hasManifest("app", b.digest)).toBe(true);
  });

  test("that an earlier copy left out come with a recheck", async () => {
    const [source, target] = [await start(), await start()];
    const { b } = await putIndex(source);
    await copy(source, target, "app:v1", { scope: { platforms: [amd64] } });
    const image = parseImagePath("app:v1");
    const item = { source: { registry: parseRegistryHost(source.host), ...image }, target: image };
    const { session } = await copy(source, target);
    expect(target.hasManifest("app", b.digest)).toBe(false);
    expect((await session.copy(item, { recheck: "parts" })).outcome).toBe("copied");
    await expectSame(source, target);
  });

  test("cannot be left out where the target wants all, and that is said", async () => {
    const [source, target] = [await start(), await start({ sparseIndexes: false })];
    await putIndex(source);
    await expect(copy(source, target, "app:v1", { scope: { platforms: [amd64] } })).rejects.toMatchObject({
      code: "sparse-index-refused",
      facts: { side: "target", registry: target.host, repository: "app", platforms: "linux/arm64" },
    });
    expect(target.findTag("app", "v1")).toBeNull();
  });

  test("that an image has not are said", async () => {
    const [source, target] = [await start(), await start()];
    await putIndex(source);
    const scope = { platforms: [{ os: "windows", architecture: "amd64" }] };
    await expect(copy(source, target, "app:v1", { scope })).rejects.toMatchObject({
      code: "platform-missing",
      facts: { side: "source", platforms: "windows/amd64" },
    });
  });
});

describe("what refers to an image", () => {
  async function putSigned(source: MemoryRegistry) {
    const image = await putImage(source, "image", { tag: "v1" });
    const signature = await putImage(source, "signature", {
      fields: { artifactType: "application/x.signature", subject: image },
    });
    const ofSignature = await putImage(source, "counter-signature", {
      fields: { artifactType: "application/x.signature", subject: signature },
    });
    const hex = image.digest.slice("sha256:".length);
    await putImage(source, "cosign", { tag: `sha256-${hex}.sig` });
    return { image, signature, ofSignature, cosignTag: `sha256-${hex}.sig` };
  }

  const scope = { referrers: true };
  const listAt = async ({ host }: MemoryRegistry, digest: Digest) => {
    const client = createRegistryClient({ registry: parseRegistryHost(host), plainHttp: true });
    ends.push(() => client.close());
    const { repository } = parseImagePath("app:x");
    return (await client.listReferrers(repository, digest)).map((each) => each.digest);
  };

  test.each([
    { name: "by the API on both sides", source: true, target: true },
    { name: "by the tag schema on both sides", source: false, target: false },
    { name: "by the API here and the tag schema there", source: true, target: false },
    { name: "by the tag schema here and the API there", source: false, target: true },
  ])("comes along, $name", async (api) => {
    const [source, target] = [
      await start({ referrersApi: api.source }),
      await start({ referrersApi: api.target }),
    ];
    const { image, signature, ofSignature, cosignTag } = await putSigned(source);
    if (!api.source) {
      for (const [subject, referrer] of [
        [image, signature],
        [signature, ofSignature],
      ] as const) {
        const list = { schemaVersion: 2, mediaType: ociImageIndex, manifests: [referrer] };
        await putManifest(source, list, { tag: subject.digest.replace(":", "-") });
      }
    }
    await copy(source, target, "app:v1", { scope });
    await expectSame(source, target);
    expect(target.findTag("app", cosignTag)).toBe(source.findTag("app", cosignTag));
    expect(await listAt(target, image.digest)).toEqual([signature.digest]);
    expect(await listAt(target, signature.digest)).toEqual([ofSignature.digest]);
    expect((await copy(source, target, "app:v1", { scope })).result.outcome).toBe("skipped");
  });

  test("is brought after the image has been copied without it", async () => {
    const [source, target] = [await start(), await start()];
    const { image, signature } = await putSigned(source);
    await copy(source, target);
    expect(await listAt(target, image.digest)).toEqual([]);
    const { result } = await copy(source, target, "app:v1", { scope });
    expect(result).toMatchObject({ outcome: "copied", rootDigest: image.digest });
    expect(await listAt(target, image.digest)).toEqual([signature.digest]);
  });

  test("is left out where the list names what has been deleted since", async () => {
    const [source, target] = [await start({ referrersApi: false }), await start({ referrersApi: false })];
    const { image, signature } = await putSigned(source);
    const gone = await putImage(source, "gone", { fields: { subject: image } });
    const list = { schemaVersion: 2, mediaType: ociImageIndex, manifests: [gone, signature] };
    await putManifest(source, list, { tag: image.digest.replace(":", "-") });
    await source.removeManifest("app", gone.digest);
    await copy(source, target, "app:v1", { scope });
    expect(await listAt(target, image.digest)).toEqual([signature.digest]);
  });

  test("joins what others have put on the list at the target", async () => {
    const [source, target] = [await start(), await start({ referrersApi: false })];
    const { image, signature } = await putSigned(source);
    const foreign = await putImage(target, "of another");
    const list = { schemaVersion: 2, mediaType: ociImageIndex, manifests: [foreign] };
    await putManifest(target, list, { tag: image.digest.replace(":", "-") });
    await copy(source, target, "app:v1", { scope });
    expect(await listAt(target, image.digest)).toEqual([foreign.digest, signature.digest]);
  });
});

describe("foreign layers", () => {
  const foreignType = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";

  async function putWindows(source: MemoryRegistry, home: MemoryRegistry) {
    const layer = bytesOf("what only its maker may hand out");
    const digest = await home.putBlob("base", layer);
    const urls = [
      `${home.url}/v2/base/blobs/sha256:${"0".repeat(64)}`,
      `${home.url}/v2/base/blobs/${digest}`,
    ];
    const config = await putBlob(source, bytesOf({ os: "windows" }), ociImageConfig);
    await putManifest(
      source,
      {
        schemaVersion: 2,
        mediaType: dockerImageManifest,
        config,
        layers: [{ mediaType: foreignType, digest, size: layer.byteLength, urls }],
      },
      { tag: "v1", mediaType: dockerImageManifest },
    );
    return digest;
  }

  test("stay where they are, and the plan says so", async () => {
    const [source, target, home] = [await start(), await start(), await start()];
    const digest = await putWindows(source, home);
    const { events } = await copy(source, target);
    expect(target.hasBlob("app", digest)).toBe(false);
    expect(home.requests()).toEqual([]);
    const planned = events.find((event) => event.type === "image-planned");
    expect(planned).toMatchObject({ plan: { foreignLayers: [{ digest }] } });
  });

  test("that a target does not take are said to be what it does not take", async () => {
    const [source, target, home] = [await start(), await start({ foreignLayers: false }), await start()];
    await putWindows(source, home);
    for (const scope of [{}, { foreignLayers: true }]) {
      await expect(copy(source, target, "app:v1", { scope })).rejects.toMatchObject({
        code: "foreign-layers-refused",
        facts: { side: "target", registry: target.host, repository: "app", status: 400 },
      });
    }
  });

  test("come from their own address when asked for, without our credentials", async () => {
    const auth = { scheme: "basic", username: "user", password: "secret" } as const;
    const [source, target, home] = [await start({ auth }), await start(), await start()];
    const digest = await putWindows(source, home);
    const client = createRegistryClient({
      registry: parseRegistryHost(source.host),
      plainHttp: true,
      credentials: { username: "user", password: "secret" },
    });
    ends.push(() => client.close());
    await copy(source, target, "app:v1", {
      source: createRegistrySource(client),
      scope: { foreignLayers: true },
    });
    expect(target.hasBlob("app", digest)).toBe(true);
    expect(home.requests().map((each) => each.authorizationScheme)).toEqual([null, null]);
    await expectSame(source, target);
  });
});

test("a layer that is not foreign is not fetched from where its image says, nor is a target's", async () => {
  const [source, target, home] = [await start(), await start(), await start()];
  const words = bytesOf("a layer");
  const digest = await home.putBlob("base", words);
  const config = await putBlob(source, bytesOf({ os: "linux" }), ociImageConfig);
  const urls = [`${home.url}/v2/base/blobs/${digest}`];
  const layers = [{ mediaType: ociLayerGzip, digest, size: words.byteLength, urls }];
  await putManifest(source, { schemaVersion: 2, config, layers }, { tag: "v1" });
  const scope = { foreignLayers: true };
  await expect(copy(source, target, "app:v1", { scope })).rejects.toMatchObject({ code: "blob-not-found" });
  expect(home.requests()).toEqual([]);
});

describe("an upload", () => {
  const large = Buffer.alloc(20 * 1024 * 1024, "layer ");

  async function putLarge(source: MemoryRegistry): Promise<Digest> {
    const config = await putBlob(source, bytesOf({ os: "linux" }), ociImageConfig);
    const layer = await putBlob(source, large, ociLayerGzip);
    await putManifest(source, { schemaVersion: 2, config, layers: [layer] }, { tag: "v1" });
    return digestBytes(large);
  }

  test("goes in chunks where a whole blob is too much", async () => {
    const [source, target] = [await start(), await start()];
    await putLarge(source);
    target.faults.add({ action: { kind: "body-limit", maxBytes: 1024 * 1024 }, times: Infinity });
    await copy(source, target);
    await expectSame(source, target);
    const chunks = target.requests({ kind: "patch-blob" }).filter(({ status }) => status === 202);
    expect(chunks.length).toBe(40);
  });

  test("that breaks goes on where the target is", async () => {
    const [source, target] = [await start(), await start()];
    const digest = await putLarge(source);
    target.faults.add({
      match: { kind: "put-blob", digest },
      action: { kind: "reset-upload", afterBytes: 18 * 1024 * 1024 },
    });
    const { retries } = await copy(source, target);
    expect(retries).toHaveLength(1);
    await expectSame(source, target);
    // Read again is at most what lies between two marks of the proof, and what was on its way.
    const [, second] = source.requests({ kind: "get-blob", digest });
    expect(second?.range).toMatch(/^bytes=\d+-$/);
    expect(Number(/\d+/.exec(second?.range ?? "")?.[0])).toBeGreaterThanOrEqual(16 * 1024 * 1024);
  });

  test("that breaks goes on where the target is, though that could not be asked at once", async () => {
    const [source, target] = [await start(), await start()];
    const digest = await putLarge(source);
    target.faults.add({
      match: { kind: "put-blob", digest },
      action: { kind: "reset-upload", afterBytes: 18 * 1024 * 1024 },
    });
    target.faults.add({ match: { kind: "upload-status" }, action: { kind: "status", status: 503 } });
    expect((await copy(source, target)).retries).toHaveLength(2);
    await expectSame(source, target);
    const [, second] = source.requests({ kind: "get-blob", digest });
    expect(Number(/\d+/.exec(second?.range ?? "")?.[0])).toBeGreaterThanOrEqual(16 * 1024 * 1024);
  });

  test("whose last answer is lost is not sent again", async () => {
    const [source, target] = [await start(), await start()];
    const digest = await putLarge(source);
    target.faults.add({ match: { kind: "put-blob", digest }, action: { kind: "cut-answer" } });
    const { retries } = await copy(source, target);
    expect(retries).toHaveLength(1);
    await expectSame(source, target);
    expect(source.requests({ kind: "get-blob", digest })).toHaveLength(1);
  });
});

test("an image of an index that the target calls incomplete is pushed again with all its blobs", async () => {
  const [source, target] = [await start(), await start()];
  const manifests = [
    { ...(await putImage(source, "amd64")), platform: amd64 },
    { ...(await putImage(source, "arm64")), platform: arm64 },
  ];
  await putManifest(source, { schemaVersion: 2, mediaType: ociImageIndex, manifests }, { tag: "v1" });
  target.faults.add({
    match: { kind: "put-manifest" },
    action: { kind: "status", status: 400, code: "MANIFEST_BLOB_UNKNOWN" },
  });
  expect((await copy(source, target)).result.outcome).toBe("copied");
  await expectSame(source, target);
});
