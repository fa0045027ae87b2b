import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { buildImage, buildIndex, buildLayer } from "#lib/demo/sample-image.ts";
import { createMirrorSession, createRegistrySource, createRegistryTarget } from "#lib/engine/mirror/index.ts";
import { createVerifySession } from "#lib/engine/mirror/verify-session.ts";
import { digestBytes } from "#lib/engine/oci/digest.ts";
import { ociImageManifest } from "#lib/engine/oci/media-types.ts";
import { parseImagePath, parseRegistryHost, parseRepository, parseTag } from "#lib/engine/oci/reference.ts";
import type { RegistryClient } from "#lib/engine/oci/registry-client.ts";
import { pushSample } from "../push-sample.ts";
import { account, candidates, type ContractRegistry } from "./contract-registries.ts";

const bytes = Buffer.from("a blob of some thirty bytes or so");
const blob = blobOf(bytes);
const platform = { os: "linux", architecture: "amd64" };
const v1 = parseTag("v1");
const absent = digestBytes("nobody has this");
let serial = 0;

function blobOf(content: Uint8Array) {
  return {
    mediaType: "application/octet-stream",
    digest: digestBytes(content),
    sizeBytes: content.byteLength,
  };
}

/** A repository that nobody has used, with the scope of its requests. */
function newRepository() {
  const repository = parseRepository(`contract/part-${++serial}`);
  return { repository, scopes: [`repository:${repository}:pull,push`] };
}

const sampleImage = (seed: string) =>
  buildImage({
    format: "oci",
    platform,
    layers: [buildLayer([{ path: seed, content: { seed, sizeBytes: 10_000 } }])],
  });

const stream = (content: Uint8Array) => Readable.from([content], { objectMode: false });

async function upload(client: RegistryClient, repository: string, content: Uint8Array): Promise<void> {
  const described = blobOf(content);
  const started = await client.startUpload(parseRepository(repository), described);
  if (started === null) throw new Error("mounted unasked");
  await client.finishUpload(started, described, stream(content));
}

async function begin(client: RegistryClient, repository: string, described = blob) {
  const started = await client.startUpload(parseRepository(repository), described);
  if (started === null) throw new Error("mounted unasked");
  return started;
}

async function read(content: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const codesOf = ({ body }: { body: Buffer }) =>
  (JSON.parse(body.toString()) as { errors: { code: string }[] }).errors.map(({ code }) => code);

describe.each(candidates)("$program over $access", ({ start }) => {
  let registry: ContractRegistry;
  beforeAll(async () => {
    registry = await start();
  });
  afterAll(() => registry.stop());

  test("answers that it is a registry", async () => {
    await registry.client.ping();
  });

  test("gives manifests by tag and by digest, and says what they are", async () => {
    const { client } = registry;
    const { repository, scopes } = newRepository();
    const sample = sampleImage("manifests");
    await pushSample(client, repository, v1, sample);
    for (const reference of [v1, sample.descriptor.digest]) {
      expect(await client.findManifest(repository, reference)).toEqual(sample.descriptor);
      const found = await client.getManifest(repository, reference);
      expect(Buffer.from(found.raw).equals(sample.raw)).toBe(true);
      expect(found.descriptor).toEqual(sample.descriptor);
      for (const method of ["HEAD", "GET"]) {
        const question = { method, headers: { accept: ociImageManifest } };
        expect(
          await registry.ask(`/v2/${repository}/manifests/${reference}`, question, scopes),
        ).toMatchObject({
          status: 200,
          headers: {
            "content-type": ociImageManifest,
            "content-length": String(sample.raw.byteLength),
            "docker-content-digest": sample.descriptor.digest,
          },
        });
      }
    }
    // The same again, and another under the same tag.
    await client.putManifest(repository, v1, sample);
    const next = sampleImage("next");
    await pushSample(client, repository, v1, next);
    expect(await client.findManifest(repository, v1)).toEqual(next.descriptor);
    expect(await client.findManifest(repository, sample.descriptor.digest)).toEqual(sample.descriptor);
  });

  test("says of manifests that are not there that they are not", async () => {
    const { client } = registry;
    const { repository, scopes } = newRepository();
    const [unknown, known] = [repository, newRepository()];
    await pushSample(client, known.repository, v1, sampleImage("known"));
    for (const [name, scope] of [
      [unknown, scopes],
      [known.repository, known.scopes],
    ] as const) {
      for (const reference of [parseTag("none"), absent]) {
        expect(await client.findManifest(name, reference)).toBeNull();
        await expect(client.getManifest(name, reference)).rejects.toMatchObject({
          code: "manifest-not-found",
          facts: { status: 404, retryable: false },
        });
        const heard = await registry.ask(`/v2/${name}/manifests/${reference}`, {}, scope);
        expect([heard.status, codesOf(heard)]).toEqual([404, ["MANIFEST_UNKNOWN"]]);
      }
    }
  });

  test("takes no manifest under another digest, and none whose blobs it lacks", async () => {
    const { client } = registry;
    const { repository, scopes } = newRepository();
    const sample = sampleImage("incomplete");
    await expect(client.putManifest(repository, v1, sample)).rejects.toMatchObject({
      code: "manifest-blob-unknown",
      facts: { retryable: false, ociCodes: expect.arrayContaining(["MANIFEST_BLOB_UNKNOWN"]) as unknown },
    });
    await pushSample(client, repository, v1, sample);
    const heard = await registry.ask(
      `/v2/${repository}/manifests/${absent}`,
      { method: "PUT", headers: { "content-type": ociImageManifest }, body: sample.raw },
      scopes,
    );
    expect([heard.status, codesOf(heard)]).toEqual([400, ["DIGEST_INVALID"]]);
    await expect(
      client.putManifest(repository, v1, { ...sample, raw: Buffer.from("<html>") }),
    ).rejects.toMatchObject({ facts: { status: 400, ociCodes: ["MANIFEST_INVALID"], retryable: false } });
  });

  test("gives blobs, whole and by range", async () => {
    const { client } = registry;
    const { repository, scopes } = newRepository();
    const path = `/v2/${repository}/blobs/${blob.digest}`;
    expect(await client.hasBlob(repository, blob.digest)).toBe(false);
    const none = await registry.ask(path, {}, scopes);
    expect([none.status, codesOf(none)]).toEqual([404, ["BLOB_UNKNOWN"]]);
    await expect(client.openBlob(repository, blob)).rejects.toMatchObject({ code: "blob-not-found" });
    await upload(client, repository, bytes);
    expect(await client.hasBlob(repository, blob.digest)).toBe(true);
    expect(await registry.ask(path, { method: "HEAD" }, scopes)).toMatchObject({
      status: 200,
      headers: { "content-length": String(bytes.byteLength), "docker-content-digest": blob.digest },
    });
    expect(await read(await client.openBlob(repository, blob))).toBe(bytes.toString());
    const part = await registry.ask(path, { headers: { range: "bytes=10-" } }, scopes);
    expect(part).toMatchObject({
      status: 206,
      headers: {
        "content-range": `bytes 10-${bytes.byteLength - 1}/${bytes.byteLength}`,
        "content-length": String(bytes.byteLength - 10),
      },
    });
    expect(part.body.toString()).toBe(bytes.subarray(10).toString());
    const beyond = await registry.ask(path, { headers: { range: `bytes=${bytes.byteLength}-` } }, scopes);
    expect(beyond.status).toBe(416);
  });

  test("takes a blob in one request, of no bytes, too, and refuses one that is not what it is called", async () => {
    const { client } = registry;
    const { repository } = newRepository();
    await upload(client, repository, bytes);
    await upload(client, repository, Buffer.alloc(0));
    expect(await client.hasBlob(repository, digestBytes(""))).toBe(true);
    const wrong = { ...blob, digest: absent };
    const started = await begin(client, repository);
    await expect(client.finishUpload(started, wrong, stream(bytes))).rejects.toMatchObject({
      code: "digest-mismatch",
      facts: { status: 400, ociCodes: ["DIGEST_INVALID"], retryable: true },
    });
    expect(await client.hasBlob(repository, absent)).toBe(false);
  });

  test("takes a blob in chunks, and says between them how far it is", async () => {
    const { client } = registry;
    const { repository } = newRepository();
    let session = await begin(client, repository);
    expect(await client.findUpload(session)).toMatchObject({ offset: 0 });
    session = await client.sendChunk(session, bytes.subarray(0, 10), { offset: 0 });
    const found = await client.findUpload(session);
    expect(found?.offset).toBe(10);
    session = await client.sendChunk(found?.upload ?? session, bytes.subarray(10, 25), { offset: 10 });
    expect((await client.findUpload(session))?.offset).toBe(25);
    await client.finishUpload(session, blob, stream(bytes.subarray(25)), { offset: 25 });
    expect(await read(await client.openBlob(repository, blob))).toBe(bytes.toString());
  });

  test("forgets an upload that is cancelled", async () => {
    const { client } = registry;
    const { repository } = newRepository();
    const session = await begin(client, repository);
    await client.cancelUpload(session);
    expect(await client.findUpload(session)).toBeNull();
    await expect(client.finishUpload(session, blob, stream(bytes))).rejects.toMatchObject({
      code: "upload-lost",
      facts: { status: 404, ociCodes: ["BLOB_UPLOAD_UNKNOWN"] },
    });
  });

  test("mounts what another repository has, and offers an upload for what it has not", async () => {
    const { client } = registry;
    const [from, to] = [newRepository().repository, newRepository().repository];
    await upload(client, from, bytes);
    expect(await client.startUpload(to, blob, { mountFrom: from })).toBeNull();
    expect(await client.hasBlob(to, blob.digest)).toBe(true);
    const other = Buffer.from("not there");
    const offered = await client.startUpload(to, blobOf(other), { mountFrom: from });
    if (offered === null) throw new Error("mounted what is not there");
    await client.finishUpload(offered, blobOf(other), stream(other));
    expect(await read(await client.openBlob(to, blobOf(other)))).toBe("not there");
  });

  test("lists tags, and knows a repository by them", async () => {
    const { client } = registry;
    const { repository } = newRepository();
    expect(await client.listTags(repository)).toEqual([]);
    expect(await client.hasRepository(repository)).toBe(false);
    const sample = sampleImage("tags");
    for (const tag of ["b", "c", "a"]) await pushSample(client, repository, parseTag(tag), sample);
    expect((await client.listTags(repository)).toSorted()).toEqual(["a", "b", "c"]);
    expect(await client.hasRepository(repository)).toBe(true);
  });

  test("lists what refers to an image, by its own list or by the one that we keep", async () => {
    const { client } = registry;
    const [from, to] = [newRepository().repository, newRepository().repository];
    const image = sampleImage("signed");
    await pushSample(client, from, v1, image);
    expect(await client.listReferrers(from, image.descriptor.digest)).toEqual([]);
    const { mediaType, digest, sizeBytes } = image.descriptor;
    const [config] = image.blobs;
    const raw = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: ociImageManifest,
        artifactType: "application/x.signature",
        config: {
          mediaType: "application/x.signature",
          digest: config?.descriptor.digest,
          size: config?.descriptor.sizeBytes,
        },
        layers: [],
        subject: { mediaType, digest, size: sizeBytes },
      }),
    );
    const signature = {
      raw,
      descriptor: { mediaType: ociImageManifest, digest: digestBytes(raw), sizeBytes: raw.byteLength },
    };
    await client.putManifest(from, signature.descriptor.digest, signature);
    const list = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: "application/vnd.oci.image.index.v1+json",
        manifests: [
          { mediaType: ociImageManifest, digest: signature.descriptor.digest, size: raw.byteLength },
        ],
      }),
    );
    const descriptor = {
      mediaType: "application/vnd.oci.image.index.v1+json",
      digest: digestBytes(list),
      sizeBytes: list.byteLength,
    };
    await client.putManifest(from, parseTag(digest.replace(":", "-")), { raw: list, descriptor });
    const session = createMirrorSession({
      source: createRegistrySource(client),
      target: createRegistryTarget(client),
      scope: { referrers: true },
    });
    const registryHost = parseRegistryHost(registry.host);
    await session.copy({
      source: { registry: registryHost, ...parseImagePath(`${from}:v1`) },
      target: parseImagePath(`${to}:v1`),
    });
    expect((await client.listReferrers(to, digest)).map((each) => each.digest)).toEqual([
      signature.descriptor.digest,
    ]);
  });

  test("refuses names that are none", async () => {
    const heard = await registry.ask("/v2/Upper/Case/manifests/v1", {}, ["repository:Upper/Case:pull"]);
    expect([400, 404]).toContain(heard.status);
  });

  test("carries an image here and back, and what arrives is what left", async () => {
    const { client } = registry;
    const [home, away, back] = [1, 2, 3].map(() => newRepository().repository);
    const index = buildIndex("docker", [
      { platform, image: sampleDocker("amd64") },
      { platform: { os: "linux", architecture: "arm64" }, image: sampleDocker("arm64") },
    ]);
    await pushSample(client, parseRepository(home ?? ""), v1, index);
    const sides = { source: createRegistrySource(client), target: createRegistryTarget(client) };
    const items = [
      [home, away],
      [away, back],
    ].map(([from, to]) => ({
      source: { registry: parseRegistryHost(registry.host), ...parseImagePath(`${from ?? ""}:v1`) },
      target: parseImagePath(`${to ?? ""}:v1`),
    }));
    const verify = createVerifySession({
      source: sides.source,
      target: createRegistrySource(client, "target"),
      blobs: true,
    });
    for (const item of items) {
      const result = await createMirrorSession(sides).copy(item);
      // A registry that is both sides holds all blobs already.
      expect(result).toMatchObject({ outcome: "copied", bytesTransferred: 0, blobsMounted: 4 });
      expect(await verify.verify(item)).toEqual({ state: "same", rootDigest: index.descriptor.digest });
    }
  });
});

function sampleDocker(seed: string) {
  const layers = [buildLayer([{ path: seed, content: { seed: `docker/${seed}`, sizeBytes: 50_000 } }])];
  return buildImage({ format: "docker", platform: { os: "linux", architecture: seed }, layers });
}

const guarded = candidates.filter(({ access }) => access === "basic" || access === "bearer");

test.each(guarded)(
  "$program lets in by $access who knows the password, and no one else",
  async (candidate) => {
    const registry = await candidate.start();
    try {
      const { repository } = newRepository();
      const nobody = await registry.ask("/v2/", { headers: { authorization: "" } });
      expect([nobody.status, codesOf(nobody)]).toEqual([401, ["UNAUTHORIZED"]]);
      const scheme = candidate.access === "basic" ? /^Basic / : /^Bearer realm=/;
      expect(nobody.headers["www-authenticate"]).toMatch(scheme);
      for (const [client, credentialsSent] of [
        [registry.connect(), false],
        [registry.connect({ ...account, password: "wrong" }), true],
      ] as const) {
        await expect(client.findManifest(repository, v1)).rejects.toMatchObject({
          code: "unauthorized",
          facts: { status: 401, credentialsSent, retryable: false },
        });
      }
    } finally {
      await registry.stop();
    }
  },
);

const withTokens = candidates.filter(({ access }) => access === "bearer");

describe.each(withTokens)("tokens of $program", ({ start }) => {
  const ends: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });
  const open = async (options: Parameters<typeof start>[0]) => {
    const registry = await start(options);
    ends.push(() => registry.stop());
    return registry;
  };

  test("are good for their repository alone", async () => {
    const { client } = await open({
      permits: (repository, action) =>
        repository === "mine/a" || (repository === "shared/b" && action === "pull"),
    });
    const [mine, shared, theirs] = ["mine/a", "shared/b", "theirs/c"].map(parseRepository);
    if (!mine || !shared || !theirs) throw new Error("no repositories");
    await upload(client, mine, bytes);
    expect(await client.hasBlob(mine, blob.digest)).toBe(true);
    expect(await client.hasBlob(mine, absent)).toBe(false);
    await expect(client.startUpload(shared, blob)).rejects.toMatchObject({
      facts: { status: 401, credentialsSent: true, repository: shared, retryable: false },
    });
    await expect(client.hasBlob(theirs, blob.digest)).rejects.toMatchObject({
      facts: { status: 401, repository: theirs, retryable: false },
    });
  });

  test("cover both repositories of a mount; without the right to read the one, the other takes an upload", async () => {
    let isOpen = true;
    const registry = await open({
      permits: (repository, action) => repository !== "closed/a" || isOpen || action !== "pull",
    });
    const [from, to, later] = ["closed/a", "open/b", "open/c"].map(parseRepository);
    if (!from || !to || !later) throw new Error("no repositories");
    await upload(registry.client, from, bytes);
    expect(await registry.client.startUpload(to, blob, { mountFrom: from })).toBeNull();
    isOpen = false;
    const stranger = registry.connect(account);
    const offered = await stranger.startUpload(later, blob, { mountFrom: from });
    if (offered === null) throw new Error("mounted what may not be read");
    await stranger.finishUpload(offered, blob, stream(bytes));
    expect(await stranger.hasBlob(later, blob.digest)).toBe(true);
  });

  test("end in the middle of an upload, which goes on with a new one", async () => {
    const { client } = await open({ tokenLifeSeconds: 1 });
    const repository = parseRepository("a/b");
    const session = await begin(client, repository);
    await sleep(1_500);
    await expect(client.finishUpload(session, blob, stream(bytes))).rejects.toMatchObject({
      code: "unauthorized",
      facts: { status: 401, retryable: true },
    });
    const found = await client.findUpload(session);
    expect(found?.offset).toBe(0);
    await client.finishUpload(found?.upload ?? session, blob, stream(bytes));
    expect(await client.hasBlob(repository, blob.digest)).toBe(true);
    // What can be sent twice is, unseen.
    await sleep(1_500);
    expect(await client.hasBlob(repository, blob.digest)).toBe(true);
  });
});
