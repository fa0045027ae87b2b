import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildBundle, listRelocated } from "#lib/demo/imgpkg-bundles.ts";
import { buildImage, buildIndex, buildLayer, type SampleManifest } from "#lib/demo/sample-image.ts";
import { runProgram } from "#lib/testing/child-process.ts";
import { findProgram } from "#lib/testing/programs.ts";
import { pushSample } from "#lib/testing/push-sample.ts";
import { startRegistry, type RegistryServer } from "#lib/testing/registry-server.ts";
import { digestBytes } from "../oci/digest.ts";
import { EngineError } from "../oci/errors.ts";
import { parseImagePath, parseRegistryHost, parseRepository, parseTag } from "../oci/reference.ts";
import { createRegistryClient, type RegistryClient } from "../oci/registry-client.ts";
import {
  createInProcessCoordinator,
  createMirrorSession,
  createRegistrySource,
  createRegistryTarget,
  type MirrorEvent,
  type MirrorItem,
  type MirrorSessionOptions,
} from "./index.ts";
import { imgpkgTag } from "./imgpkg.ts";

let dir: string;
let servers: { source: RegistryServer; target: RegistryServer };
let source: RegistryClient;
let target: RegistryClient;

const clientOf = ({ host }: RegistryServer) =>
  createRegistryClient({ registry: parseRegistryHost(host), plainHttp: true, access: "pull,push" });

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "drayage-mirror-test-"));
  servers = {
    source: await startRegistry({ logPath: join(dir, "source.log") }),
    target: await startRegistry({ logPath: join(dir, "target.log") }),
  };
  source = clientOf(servers.source);
  target = clientOf(servers.target);
});

afterAll(async () => {
  await Promise.all([source.close(), target.close()]);
  await Promise.all([servers.source.stop(), servers.target.stop()]);
  await rm(dir, { recursive: true, force: true });
});

/** A session as a job has one: with clients of its own, so that its counters begin at 0. */
function openSession(options: Partial<MirrorSessionOptions> = {}) {
  const events: MirrorEvent[] = [];
  const clients = [clientOf(servers.source), clientOf(servers.target)] as const;
  const session = createMirrorSession({
    source: createRegistrySource(clients[0]),
    target: createRegistryTarget(clients[1]),
    onEvent: (event) => events.push(event),
    ...options,
  });
  const close = () => Promise.all(clients.map((client) => client.close()));
  return { session, events, close };
}

function itemOf(from: string, to = from): MirrorItem {
  return {
    source: { registry: parseRegistryHost(servers.source.host), ...parseImagePath(from) },
    target: parseImagePath(to),
  };
}

const linux = { os: "linux", architecture: "amd64" };
const arm = { os: "linux", architecture: "arm64" };
const layer = (seed: string, sizeBytes = 20_000) =>
  buildLayer([{ path: `opt/${seed}`, content: { seed, sizeBytes } }]);
const image = (seed: string, ...layers: ReturnType<typeof layer>[]) =>
  buildImage({
    format: "oci",
    platform: linux,
    layers: [...layers, layer(seed)],
    entrypoint: `/opt/${seed}`,
  });

async function push(path: string, manifest: SampleManifest): Promise<void> {
  const { repository, tag, digest } = parseImagePath(path);
  const reference = tag ?? digest;
  if (reference) await pushSample(source, repository, reference, manifest);
}

const countBlobReads = async () =>
  (await servers.source.accessLog()).filter((line) => /"GET \/v2\/\S+\/blobs\//.test(line)).length;

const typesOf = (events: readonly MirrorEvent[]) => events.map(({ type }) => type);
const count = (events: readonly MirrorEvent[], type: MirrorEvent["type"]) =>
  events.filter((event) => event.type === type).length;

describe("an image", () => {
  test.each(["oci", "docker"] as const)(
    "for several platforms (%s) arrives whole, byte by byte",
    async (format) => {
      const index = buildIndex(
        format,
        [linux, arm].map((platform) => ({
          platform,
          image: buildImage({
            format,
            platform,
            layers: [layer("shared"), layer(`${format}-${platform.architecture}`)],
          }),
        })),
      );
      await push(`multi/${format}:v1`, index);
      const { session, events, close } = openSession();
      const result = await session.copy(itemOf(`multi/${format}:v1`, `base/multi/${format}:v1`));
      await close();

      expect(result).toMatchObject({
        outcome: "copied",
        rootDigest: index.descriptor.digest,
        mediaType: index.descriptor.mediaType,
        blobsTransferred: 5,
      });
      const repository = parseRepository(`base/multi/${format}`);
      const arrived = await target.getManifest(repository, parseTag("v1"));
      expect(Buffer.from(arrived.raw).equals(index.raw)).toBe(true);
      for (const child of index.children) {
        const manifest = await target.getManifest(repository, child.descriptor.digest);
        expect(manifest.descriptor).toMatchObject(child.descriptor);
        for (const { descriptor } of child.blobs) {
          let length = 0;
          // Reading proves the digest.
          for await (const chunk of await target.openBlob(repository, descriptor)) length += chunk.byteLength;
          expect(length).toBe(descriptor.sizeBytes);
        }
      }
      const types = typesOf(events);
      expect(types[0]).toBe("image-started");
      expect(types.at(-2)).toBe("tag-pushed");
      expect(types.at(-1)).toBe("image-finished");
      expect(types.lastIndexOf("blob-transferred")).toBeLessThan(types.indexOf("manifest-pushed"));

      const skopeo = await findProgram("skopeo");
      const reference = `docker://${servers.target.host}/base/multi/${format}:v1`;
      const inspected = await runProgram(skopeo, ["inspect", "--raw", "--tls-verify=false", reference]);
      expect(digestBytes(inspected.stdout)).toBe(index.descriptor.digest);
      await runProgram(skopeo, [
        "copy",
        "--all",
        "--src-tls-verify=false",
        reference,
        `dir:${join(dir, format)}`,
      ]);
    },
  );

  test("that is there already costs one question to each side and no byte", async () => {
    const sample = image("unchanged");
    await push("unchanged:v1", sample);
    const first = openSession();
    await first.session.copy(itemOf("unchanged:v1"));
    await first.close();
    const { session, events, close } = openSession();
    expect(await session.copy(itemOf("unchanged:v1"))).toMatchObject({
      outcome: "skipped",
      rootDigest: sample.descriptor.digest,
      bytesTransferred: 0,
    });
    expect(session.totals).toEqual({ bytesTransferred: 0, blobsMounted: 0, requests: 2 });
    expect(typesOf(events)).toEqual(["image-started", "image-finished"]);
    await close();
  });

  test("named by digest is stored by digest, and asked for once when it is there", async () => {
    const sample = image("by-digest");
    await push("by-digest:v1", sample);
    const path = `by-digest@${sample.descriptor.digest}`;
    const { session, close } = openSession();
    expect(await session.copy(itemOf(path))).toMatchObject({ outcome: "copied" });
    const { requests } = session.totals;
    expect(await session.copy(itemOf(path))).toMatchObject({ outcome: "skipped" });
    expect(session.totals.requests).toBe(requests + 1);
    await close();
    const found = await target.findManifest(parseRepository("by-digest"), sample.descriptor.digest);
    expect(found?.digest).toBe(sample.descriptor.digest);
  });

  test("whose tag moved after planning is copied as it was planned", async () => {
    const [planned, moved] = [image("planned"), image("moved")];
    await push("moving:v1", planned);
    const { session, close } = openSession();
    const plan = await session.plan(itemOf("moving:v1"));
    await push("moving:v1", moved);
    const result = await session.copy(plan.item, { plannedDigest: plan.root.digest });
    expect(result.rootDigest).toBe(planned.descriptor.digest);
    const again = await session.copy(plan.item);
    expect(again).toMatchObject({ outcome: "copied", rootDigest: moved.descriptor.digest });
    await close();
  });

  test("that is missing at the source fails alone", async () => {
    await push("present:v1", image("present"));
    const { session, events, close } = openSession();
    const results = await Promise.allSettled([
      session.copy(itemOf("present:v1")),
      session.copy(itemOf("present:v2")),
      session.copy(itemOf("no/such/repository:v1")),
    ]);
    await close();
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
    expect(results[1]).toMatchObject({
      reason: {
        code: "manifest-not-found",
        facts: {
          side: "source",
          registry: servers.source.host,
          repository: "present",
          reference: "v2",
          retryable: false,
        },
      },
    });
    expect(count(events, "image-failed")).toBe(2);
    expect(await target.findManifest(parseRepository("present"), parseTag("v2"))).toBeNull();
  });
});

describe("blobs", () => {
  test("shared by many images are read once and mounted elsewhere", async () => {
    const shared = [layer("base-1", 200_000), layer("base-2", 100_000)];
    const names = ["a", "b", "c", "d", "e"];
    const samples = names.map((name) => image(`sharing-${name}`, ...shared));
    for (const [index, name] of names.entries()) {
      const sample = samples[index];
      if (sample) await push(`sharing/${name}:v1`, sample);
    }
    const readsBefore = await countBlobReads();
    const { session, events, close } = openSession();
    await Promise.all(names.map((name) => session.copy(itemOf(`sharing/${name}:v1`))));
    await close();
    const distinct = new Map(
      samples.flatMap(({ blobs }) =>
        blobs.map(({ descriptor }) => [descriptor.digest, descriptor.sizeBytes]),
      ),
    );
    const distinctBytes = [...distinct.values()].reduce((sum, size) => sum + size, 0);
    expect((await countBlobReads()) - readsBefore).toBe(distinct.size);
    expect(session.totals).toMatchObject({ bytesTransferred: distinctBytes, blobsMounted: 8 });
    expect(count(events, "blob-transferred")).toBe(distinct.size);
    expect(count(events, "blob-mounted")).toBe(8);
    // Nothing was there, so nothing but each image's first blob was asked for.
    const asked = (await servers.target.accessLog()).filter(
      (line) => line.includes('"HEAD /v2/sharing/') && line.includes("/blobs/"),
    );
    expect(asked).toHaveLength(names.length);
  });

  test("and manifests that many tags of one repository share are written once, however many ask at once", async () => {
    const shared = ["tags-1", "tags-2", "tags-3"].map((seed) => layer(seed));
    const child = (name: string) => ({ platform: linux, image: image(`tags-${name}`, ...shared) });
    const common = child("common");
    const indexes = ["a", "b", "c", "d"].map((name) => buildIndex("oci", [common, child(name)]));
    const tags = indexes.flatMap((index, at) => [`v${at}`, `latest-${at}`].map((tag) => ({ tag, index })));
    for (const { tag, index } of tags) await push(`tags:${tag}`, index);
    // The target knows the layers from elsewhere, so that they are mounted.
    const { session, events, close } = openSession({ limits: { images: 8 } });
    await session.copy(itemOf("tags:v0", "elsewhere:v0"));
    const results = await Promise.all(tags.map(({ tag }) => session.copy(itemOf(`tags:${tag}`))));
    await close();
    expect(results.every(({ outcome }) => outcome === "copied")).toBe(true);
    expect(events.filter(({ type }) => type === "retrying")).toEqual([]);
    const writes = (await servers.target.accessLog()).flatMap(
      (line) => /"(?:PUT|POST) (\/v2\/tags\/\S+)/.exec(line)?.[1] ?? [],
    );
    const mounts = writes.filter((path) => path.includes("mount="));
    expect(new Set(mounts).size).toBe(mounts.length);
    const manifests = writes.filter((path) => path.includes("/manifests/sha256:"));
    expect(new Set(manifests).size).toBe(manifests.length);
    expect(manifests).toHaveLength(5);
  });

  test("of an image in a repository that has some are found there", async () => {
    const base = layer("kept-base", 50_000);
    await push("kept:v1", image("kept-1", base));
    await push("kept:v2", image("kept-2", base));
    const first = openSession();
    await first.session.copy(itemOf("kept:v1"));
    await first.close();
    const { session, close } = openSession();
    const plan = await session.plan(itemOf("kept:v2"));
    const probe = await session.probe(plan);
    expect(probe).toMatchObject({ state: "absent", presentBlobs: [{ digest: base.digest }] });
    expect(probe.lackingBlobs).toHaveLength(2);
    expect(await session.copy(plan.item, { plan })).toMatchObject({ blobsPresent: 1, blobsTransferred: 2 });
    expect((await session.probe(plan)).state).toBe("present");
    await close();
  });

  test("are given again when the target turns out to lack what was known to be there", async () => {
    const sample = image("believed", layer("believed-base"));
    await push("believed:v1", sample);
    const coordinator = createInProcessCoordinator();
    const [config, base] = sample.blobs;
    const key = (blob: typeof config) => ({
      origin: target.origin,
      digest: blob?.descriptor.digest ?? digestBytes(""),
    });
    // Both are said to be where they are not: one in the repository itself, one where it could be mounted from.
    await coordinator.record(key(config), parseRepository("believed"));
    await coordinator.record(key(base), parseRepository("no/such"));
    const { session, events, close } = openSession({ coordinator });
    const result = await session.copy(itemOf("believed:v1"));
    await close();
    expect(result).toMatchObject({ outcome: "copied", blobsTransferred: 3 });
    expect(count(events, "blob-mounted")).toBe(0);
  });
});

describe("an imgpkg bundle", () => {
  const nestedImages = ["x", "y"].map((name) => image(`nested-${name}`));
  const inner = buildBundle(
    "inner",
    [],
    [{ origin: "vendor.example.com/apps/x", manifest: nestedImages[0] ?? image("never") }],
  );
  const nested = [
    { origin: "vendor.example.com/apps/y", manifest: nestedImages[1] ?? image("never") },
    {
      origin: "vendor.example.com/bundles/inner",
      manifest: inner,
      nested: [{ origin: "vendor.example.com/apps/x", manifest: nestedImages[0] ?? image("never") }],
    },
  ];
  const outer = buildBundle("outer", [{ path: "config/values.yml", content: "a: b\n" }], nested);

  async function expectWholeAt(repository: string): Promise<void> {
    for (const manifest of [outer, inner, ...nestedImages]) {
      const { digest } = manifest.descriptor;
      const found = await target.findManifest(parseRepository(repository), imgpkgTag(digest));
      expect(found?.digest).toBe(digest);
    }
    const root = await target.findManifest(parseRepository(repository), parseTag("v1"));
    expect(root?.digest).toBe(outer.descriptor.digest);
  }

  test("fresh from its author brings the images it lists, nested bundles' included", async () => {
    await push("apps/x:any", nestedImages[0] ?? image("never"));
    await push("apps/y:any", nestedImages[1] ?? image("never"));
    await push("bundles/inner:any", inner);
    await push("bundles/outer:v1", outer);
    const { session, close } = openSession();
    const plan = await session.plan(itemOf("bundles/outer:v1", "relocated/outer:v1"));
    expect(plan).toMatchObject({ kind: "bundle", nestedImages: 3 });
    expect(await session.copy(plan.item, { plan })).toMatchObject({ outcome: "copied" });
    await close();
    await expectWholeAt("relocated/outer");
  });

  test("that imgpkg copied before is found with all its images in one repository, and its locations come along", async () => {
    for (const { tag, manifest } of listRelocated(outer, nested)) await push(`copied/outer:${tag}`, manifest);
    await push("copied/outer:v1", outer);
    const { session, close } = openSession();
    await session.copy(itemOf("copied/outer:v1", "again/outer:v1"));
    await close();
    await expectWholeAt("again/outer");
    for (const { tag, manifest } of listRelocated(outer, nested)) {
      const found = await target.findManifest(parseRepository("again/outer"), tag);
      expect(found?.digest).toBe(manifest.descriptor.digest);
    }
  });

  test("with an image that is nowhere fails and stays invisible", async () => {
    const lost = image("lost");
    const broken = buildBundle("broken", [], [{ origin: "vendor.example.com/apps/lost", manifest: lost }]);
    await push("bundles/broken:v1", broken);
    const { session, close } = openSession();
    await expect(session.copy(itemOf("bundles/broken:v1"))).rejects.toMatchObject({
      facts: { side: "source", repository: "apps/lost", reference: lost.descriptor.digest },
    });
    await close();
    expect(await target.findManifest(parseRepository("bundles/broken"), parseTag("v1"))).toBeNull();
  });
});

describe("a copy that is cut short", () => {
  test("stops in the middle of a blob, stays invisible, and goes on with what is left", async () => {
    const sample = image("cut", layer("cut-small", 1_000), layer("cut-large", 80_000_000));
    await push("cut:v1", sample);
    const controller = new AbortController();
    const { session, events, close } = openSession();
    let abortedAt = 0;
    const copying = session.copy(itemOf("cut:v1"), {
      signal: controller.signal,
      onEvent: (event) => {
        const inLarge = event.type === "blob-progress" && event.sizeBytes > 1_000_000 && event.bytes > 0;
        if (!inLarge || controller.signal.aborted) return;
        abortedAt = performance.now();
        controller.abort();
      },
    });
    await expect(copying).rejects.toMatchObject({ code: "cancelled" });
    expect(performance.now() - abortedAt).toBeLessThan(3_000);
    expect(events.at(-1)).toMatchObject({ type: "image-failed", error: { code: "cancelled" } });
    expect(session.totals.bytesTransferred).toBeLessThan(80_000_000);
    await close();
    const repository = parseRepository("cut");
    expect(await target.findManifest(repository, parseTag("v1"))).toBeNull();
    const kept = await Promise.all(
      sample.blobs.map(({ descriptor }) => target.hasBlob(repository, descriptor.digest)),
    );
    expect(kept.filter(Boolean).length).toBeGreaterThan(0);

    const again = openSession();
    const result = await again.session.copy(itemOf("cut:v1"));
    await again.close();
    expect(result).toMatchObject({ outcome: "copied", blobsPresent: kept.filter(Boolean).length });
  });

  test("does not take others down that wait for the same blob", async () => {
    const shared = layer("cut-shared", 60_000_000);
    await push("cut-shared/a:v1", image("cut-a", shared));
    await push("cut-shared/b:v1", image("cut-b", shared));
    const controller = new AbortController();
    const { session, close } = openSession();
    const { promise: waiting, resolve: onWaiting } = Promise.withResolvers<void>();
    const { promise: moving, resolve: onMoving } = Promise.withResolvers<void>();
    const first = session.copy(itemOf("cut-shared/a:v1"), {
      signal: controller.signal,
      onEvent: (event) => {
        if (event.type === "blob-progress" && event.digest === shared.digest) onMoving();
      },
    });
    await moving;
    const second = session.copy(itemOf("cut-shared/b:v1"), {
      onEvent: (event) => {
        if (event.type === "blob-waiting") onWaiting();
      },
    });
    await waiting;
    controller.abort();
    await expect(first).rejects.toMatchObject({ code: "cancelled" });
    expect(await second).toMatchObject({ outcome: "copied" });
    await close();
  });
});

test("a target that does not answer fails with its side, and a cancelled session starts nothing", async () => {
  await push("nowhere:v1", image("nowhere"));
  const nobody = createRegistryClient({ registry: parseRegistryHost("127.0.0.1:1"), plainHttp: true });
  const { session, events, close } = openSession({ target: createRegistryTarget(nobody) });
  await expect(session.copy(itemOf("nowhere:v1"))).rejects.toMatchObject({
    code: "connection-refused",
    facts: { side: "target", registry: "127.0.0.1:1" },
  });
  events.length = 0;
  const cancelled = session.copy(itemOf("nowhere:v1"), { signal: AbortSignal.abort() });
  await expect(cancelled).rejects.toBeInstanceOf(EngineError);
  expect(typesOf(events)).toEqual(["image-failed"]);
  await Promise.all([close(), nobody.close()]);
});
