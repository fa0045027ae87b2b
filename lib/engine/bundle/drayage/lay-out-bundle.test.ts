import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildBundle } from "#lib/demo/imgpkg-bundles.ts";
import { buildImage, buildIndex, buildLayer } from "#lib/demo/sample-image.ts";
import { createMirrorSession, createRegistryTarget } from "#lib/engine/mirror/index.ts";
import { startMemoryRegistry } from "#lib/testing/memory-registry/memory-registry.ts";
import { sampleMaking, startSampleSource, type SampleSource } from "#lib/testing/sample-source.ts";
import { parseRegistryHost } from "../../oci/reference.ts";
import { createRegistryClient } from "../../oci/registry-client.ts";
import { toMirrorItem } from "../import-images.ts";
import { openFile } from "../random-access.ts";
import { indexTar } from "../tar/index-tar.ts";
import { documentName, parseDocument } from "./bundle-document.ts";
import { openDrayageBundle } from "./open-drayage-bundle.ts";

const amd64 = { os: "linux", architecture: "amd64" };
const arm64 = { os: "linux", architecture: "arm64" };
const layer = (seed: string, sizeBytes = 30_000) =>
  buildLayer([{ path: `opt/${seed}`, content: { seed, sizeBytes } }]);
const image = (format: "oci" | "docker", seed: string, platform = amd64) =>
  buildImage({ format, platform, layers: [layer("shared", 200_000), layer(seed)] });
const index = (format: "oci" | "docker", seed: string) =>
  buildIndex(
    format,
    [amd64, arm64].map((platform) => ({
      platform,
      image: image(format, `${seed}-${platform.architecture}`, platform),
    })),
  );

let dir: string;
let samples: SampleSource;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "drayage-layout-"));
  samples = await startSampleSource({
    "tkg/app:v1": image("oci", "app"),
    "tkg/app:latest": image("oci", "app"),
    "tkg/docker:v1": image("docker", "docker"),
    "tkg/many:v1": index("oci", "many"),
    "tkg/docker-many:v1": index("docker", "docker-many"),
  });
});
afterAll(async () => {
  await samples.stop();
  await rm(dir, { recursive: true, force: true });
});

const folder = () => mkdtemp(join(dir, "bundle-"));

/** Imports a bundle into a new registry and tells what is there, and what is wrong. */
async function importInto(path: string) {
  const bundle = await openDrayageBundle(path);
  const registry = await startMemoryRegistry();
  const client = createRegistryClient({
    registry: parseRegistryHost(registry.host),
    plainHttp: true,
    access: "pull,push",
  });
  try {
    const findings = await bundle.check();
    const target = createRegistryTarget(client);
    const session = createMirrorSession({ source: bundle.source, target, scope: bundle.scope });
    for (const each of bundle.images) await session.copy(toMirrorItem(each, ""));
    const tags = registry
      .listRepositories()
      .flatMap((repository) =>
        registry
          .listTags(repository)
          .map((tag) => [`${repository}:${tag}`, registry.findTag(repository, tag)]),
      );
    const { problems } = await registry.verifyAll();
    return { findings, tags: Object.fromEntries(tags) as Record<string, string>, problems };
  } finally {
    await Promise.all([client.close(), bundle.close()]);
    await registry.stop();
  }
}

const expectedTags = async () =>
  Object.fromEntries(
    (await samples.plan()).map(({ plan }) => [
      `${plan.item.target.repository}:${plan.item.target.tag ?? ""}`,
      plan.root.digest,
    ]),
  );

describe("a Drayage bundle", () => {
  test.each([
    ["a single volume", Infinity],
    ["volumes that hold single blobs", 230_000],
    ["volumes that blobs are cut over", 60_000],
  ])("arrives whole: %s", async (_, volumeBytes) => {
    const path = await folder();
    const extra = join(path, "..", "tool.bin");
    await writeFile(extra, Buffer.alloc(150_000, "tool"));
    await samples.write(path, { volumeBytes, files: [extra] });
    const arrived = await importInto(path);
    expect(arrived).toEqual({ findings: [], tags: await expectedTags(), problems: [] });
    const volumes = (await readdir(path)).filter((name) => name.endsWith(".tar"));
    for (const name of volumes) expect((await stat(join(path, name))).size).toBeLessThanOrEqual(volumeBytes);
    if (volumeBytes === Infinity) expect(volumes).toEqual(["sample.tar"]);
    else expect(volumes.length).toBeGreaterThan(2);
    await promisify(execFile)("sha256sum", ["--check", "--strict", "SHA256SUMS"], { cwd: path });
    const bundle = await openDrayageBundle(path);
    const chunks: Buffer[] = [];
    for await (const chunk of bundle.openExtra("tool.bin")) chunks.push(Buffer.from(chunk));
    expect(Buffer.concat(chunks).equals(await readFile(extra))).toBe(true);
    await bundle.close();
  });

  test("keeps to every size that its largest whole part fits in", async () => {
    const tried: number[] = [];
    for (let volumeBytes = 5_000; volumeBytes < 400_000; volumeBytes = Math.floor(volumeBytes * 1.37)) {
      let layout;
      try {
        ({ layout } = await samples.layOut({ volumeBytes }));
      } catch (error) {
        expect(error).toMatchObject({ code: "volume-too-small" });
        continue;
      }
      tried.push(volumeBytes);
      for (const { sizeBytes } of layout.files) expect(sizeBytes).toBeLessThanOrEqual(volumeBytes);
      const contentBytes = layout.files.reduce(
        (sum, { blobs }) => sum + blobs.reduce((bytes, each) => bytes + each.sizeBytes, 0),
        0,
      );
      // Half full on average, at the very worst; what each begins with is not small beside these.
      const usedBytes = volumeBytes - 8 * 1024;
      if (usedBytes > 8 * 1024) {
        expect(layout.files.length).toBeLessThanOrEqual(2 * Math.ceil(contentBytes / usedBytes) + 1);
      }
    }
    expect(tried.length).toBeGreaterThan(8);
  });

  test("holds every blob once, and is the same from the same images", async () => {
    const [{ layout }, { layout: again }] = [await samples.layOut(), await samples.layOut()];
    expect(again.files).toEqual(layout.files);
    expect(again.id).toBe(layout.id);
    const digests = layout.files.flatMap(({ blobs }) => blobs.map(({ digest }) => digest));
    expect(new Set(digests).size).toBe(digests.length);
    const other = await samples.layOut({ only: ["tkg/app:v1"] });
    expect(other.layout.id).not.toBe(layout.id);
  });

  test("takes along files that are equal, or equal to a layer, under each of their names", async () => {
    const layerBytes = Buffer.concat([...layer("app").content()]);
    const names = ["one.bin", "two.bin", "layer.tar.gz"];
    const contents = [Buffer.alloc(90_000, "equal"), Buffer.alloc(90_000, "equal"), layerBytes];
    const paths = names.map((name) => join(dir, name));
    await Promise.all(paths.map((file, at) => writeFile(file, contents[at] ?? "")));
    for (const volumeBytes of [Infinity, 60_000]) {
      const here = await folder();
      await samples.write(here, { files: paths, volumeBytes });
      const bundle = await openDrayageBundle(here);
      expect(await bundle.check()).toEqual([]);
      for (const [at, name] of names.entries()) {
        const chunks: Buffer[] = [];
        for await (const chunk of bundle.openExtra(name)) chunks.push(Buffer.from(chunk));
        expect(Buffer.concat(chunks).equals(contents[at] ?? Buffer.alloc(0))).toBe(true);
      }
      await bundle.close();
      expect((await importInto(here)).tags).toEqual(await expectedTags());
    }
  });

  test("builds on an earlier one with what that lacks only", async () => {
    const [first, second] = [await folder(), await folder()];
    await samples.write(first, { only: ["tkg/app:v1"] });
    const base = parseDocument(await readFile(join(first, documentName)), documentName);
    const layout = await samples.write(second, { base });
    expect(layout.unchanged.map(({ plan }) => plan.item.target.repository)).toEqual(["tkg/app"]);
    const bundle = await openDrayageBundle(second);
    const known = new Set(base.blobs.map(({ digest }) => digest));
    const written = layout.files.flatMap(({ blobs }) => blobs.map(({ digest }) => digest));
    expect(written.filter((digest) => known.has(digest))).toEqual([]);
    expect(bundle.document.base).toEqual({ id: base.id, name: "sample", createdAt: base.createdAt });
    expect(bundle.images.filter(({ inBase }) => inBase).map(({ tag }) => tag)).toEqual(["v1"]);
    expect(await bundle.check()).toEqual([]);
    await bundle.close();
  });

  test("takes nothing for unchanged of which the base has only a part", async () => {
    const [first, second] = [await folder(), await folder()];
    const only = ["tkg/app:v1", "tkg/many:v1"];
    await samples.write(first, { only, scope: { platforms: [arm64] } });
    const base = parseDocument(await readFile(join(first, documentName)), documentName);
    const layout = await samples.write(second, { only, base });
    expect(layout.images.map(({ plan }) => plan.item.target.repository)).toEqual(["tkg/many"]);
    const bundle = await openDrayageBundle(second);
    const there = new Set([...base.blobs, ...bundle.document.blobs].map(({ digest }) => digest));
    const [whole] = await samples.plan(["tkg/many:v1"]);
    const parts = [...(whole?.plan.blobs ?? []), ...(whole?.plan.manifests ?? [])];
    expect(parts.filter(({ descriptor }) => !there.has(descriptor.digest))).toEqual([]);
    await bundle.close();
  });

  test("says in bundle.json who made it, and when, and what is in it", async () => {
    const path = await folder();
    await samples.write(path, { only: ["tkg/many:v1"], scope: { platforms: [arm64] } });
    const document = parseDocument(await readFile(join(path, documentName)), documentName);
    expect(document).toMatchObject({
      name: "sample",
      tool: sampleMaking.tool,
      createdAt: sampleMaking.createdAt.toISOString(),
      scope: { platforms: ["linux/arm64"], referrers: false, foreignLayers: false },
      images: [{ original: "vendor.example/tkg/many:v1", repository: "tkg/many", tag: "v1", kind: "image" }],
    });
    // Nothing of the machine it was made on.
    expect(JSON.stringify(document)).not.toContain(dir);
    expect((await importInto(path)).tags).toEqual({ "tkg/many:v1": document.images[0]?.digest });
  });

  test("names in each volume what can be read from that alone", async () => {
    const path = await folder();
    await samples.write(path, { volumeBytes: 300_000 });
    const document = parseDocument(await readFile(join(path, documentName)), documentName);
    let named = 0;
    for (const { file } of document.volumes) {
      const open = await openFile(join(path, file), file);
      const entries = await indexTar(open);
      const entry = entries.get("index.json");
      if (entry?.kind !== "file") throw new Error("no index.json");
      const raw = Buffer.alloc(entry.content.sizeBytes);
      await entry.content.read(raw, 0);
      const { manifests } = JSON.parse(raw.toString()) as { manifests: { digest: string }[] };
      for (const { digest } of manifests) {
        expect(entries.has(`blobs/${digest.replace(":", "/")}`)).toBe(true);
        named++;
      }
      await open.close();
    }
    expect(named).toBeGreaterThan(0);
  });
});

test("an imgpkg bundle arrives with what it lists", async () => {
  const nested = image("oci", "nested");
  const bundle = buildBundle("sample", [], [{ origin: "vendor.example/vendor/nested", manifest: nested }]);
  const source = await startSampleSource({ "vendor/nested:v1": nested, "vendor/bundle:v1": bundle });
  const path = await mkdtemp(join(dir, "imgpkg-"));
  await source.write(path, { only: ["vendor/bundle:v1"], volumeBytes: 260_000 });
  const arrived = await importInto(path);
  expect(arrived.findings).toEqual([]);
  expect(arrived.problems).toEqual([]);
  expect(arrived.tags["vendor/bundle:v1"]).toBe(bundle.descriptor.digest);
  expect(Object.values(arrived.tags)).toContain(nested.descriptor.digest);
  await source.stop();
});

test("a file that travels along is written even if the base has a layer of the same bytes", async () => {
  const [path, file] = [await folder(), join(dir, "layer.tar.gz")];
  await samples.write(path, { only: ["tkg/app:v1"] });
  const base = await openDrayageBundle(path);
  const [{ plan }] = (await samples.plan(["tkg/app:v1"])) as [
    Awaited<ReturnType<typeof samples.plan>>[number],
  ];
  const blob = plan.blobs.at(-1);
  if (!blob) throw new Error("no layer");
  const chunks: Buffer[] = [];
  const content = await base.source.openBlob(blob.sourceRepository, blob.descriptor);
  for await (const chunk of content) chunks.push(Buffer.from(chunk));
  await writeFile(file, Buffer.concat(chunks));
  const increment = await folder();
  await samples.write(increment, { only: ["tkg/app:v1"], base: base.document, files: [file] });
  const opened = await openDrayageBundle(increment);
  expect(await opened.check()).toEqual([]);
  expect(opened.document.files).toMatchObject([{ name: "layer.tar.gz", volume: 1 }]);
  await Promise.all([base.close(), opened.close()]);
});
