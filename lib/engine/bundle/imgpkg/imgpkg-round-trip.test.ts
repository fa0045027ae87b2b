import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { buildBundle, listRelocated } from "#lib/demo/imgpkg-bundles.ts";
import { buildImage, buildIndex, buildLayer, type SampleManifest } from "#lib/demo/sample-image.ts";
import { layOutSample, writeImgpkgFolder } from "#lib/testing/imgpkg-folder.ts";
import { buildImgpkgTar } from "#lib/testing/imgpkg-tar.ts";
import { startMemoryRegistry, type MemoryRegistry } from "#lib/testing/memory-registry/memory-registry.ts";
import { startSampleSource } from "#lib/testing/sample-source.ts";
import { createMirrorSession, createRegistryTarget } from "../../mirror/index.ts";
import { parseRegistryHost, parseRepository } from "../../oci/reference.ts";
import { createRegistryClient } from "../../oci/registry-client.ts";
import { BundleWriter } from "../bundle-writer.ts";
import { pinImages } from "../export-layout.ts";
import { toMirrorItem } from "../import-images.ts";
import { openImgpkgBundle } from "./open-imgpkg-bundle.ts";

let folder: string;
const ends: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "drayage-imgpkg-"));
  ends.push(() => rm(folder, { recursive: true }));
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const base = parseRepository("mirror/tkg");
const amd64 = { os: "linux", architecture: "amd64" };
const arm64 = { os: "linux", architecture: "arm64" };
const imageOf = (format: "docker" | "oci", ...words: string[]) =>
  buildImage({
    format,
    platform: amd64,
    layers: words.map((content) => buildLayer([{ path: "words", content }])),
  });
const web = imageOf("docker", "base", "web");
const index = buildIndex("oci", [
  { platform: amd64, image: imageOf("oci", "base", "one") },
  { platform: arm64, image: imageOf("oci", "base", "two") },
]);
const lock = (name: string, manifest: SampleManifest) => ({ origin: `author.example/${name}`, manifest });
const innerLists = [lock("db", imageOf("docker", "base", "db"))];
const inner = { ...lock("inner", buildBundle("inner", [], innerLists)), nested: innerLists };
const outerLists = [lock("web", web), lock("index", index), inner];
const outer = buildBundle("outer", [], outerLists);

/** A source as `imgpkg copy` leaves it: all that a bundle lists stands beside it. */
async function startSource(images: Readonly<Record<string, SampleManifest>> = {}) {
  const relocated = listRelocated(outer, outerLists).map(({ tag, manifest }) => [
    `packages:${tag}`,
    manifest,
  ]);
  const sample = await startSampleSource({
    "app/web:v1": web,
    "index:v2": index,
    "packages:v3": outer,
    ...(Object.fromEntries(relocated) as Record<string, SampleManifest>),
    ...images,
  });
  ends.push(() => sample.stop());
  return sample;
}

/** Copies all of a bundle below `base` of another registry. */
async function importFolder(path = folder): Promise<MemoryRegistry> {
  const registry = await startMemoryRegistry();
  ends.push(() => registry.stop());
  const client = createRegistryClient({
    registry: parseRegistryHost(registry.host),
    plainHttp: true,
    access: "pull,push",
  });
  ends.push(() => client.close());
  const bundle = await openImgpkgBundle(path);
  ends.push(() => bundle.close());
  expect(await bundle.check()).toEqual([]);
  const session = createMirrorSession({
    source: bundle.source,
    target: createRegistryTarget(client),
    scope: bundle.scope,
  });
  await Promise.all(bundle.images.map((image) => session.copy(toMirrorItem(image, base))));
  expect((await registry.verifyAll()).problems).toEqual([]);
  return registry;
}

describe("what a registry has arrives in another by way of tars", () => {
  test("an image, an index, and a bundle with all that it lists and all tags", async () => {
    const source = await startSource();
    await writeImgpkgFolder(folder, source, ["app/web:v1", "index:v2", "packages:v3"]);
    const target = await importFolder();
    expect(target.findTag("mirror/tkg/app/web", "v1")).toBe(web.descriptor.digest);
    expect(target.findTag("mirror/tkg/index", "v2")).toBe(index.descriptor.digest);
    const tags = source.registry.listTags("packages");
    expect(target.listTags("mirror/tkg/packages").sort()).toEqual(tags.sort());
    expect(tags).toHaveLength(8);
    // imgpkg makes the lists of where the images are anew, and so do we.
    for (const tag of tags.filter((each) => !each.includes("image-locations"))) {
      const digest = source.registry.findTag("packages", tag);
      expect([tag, target.findTag("mirror/tkg/packages", tag)]).toEqual([tag, digest]);
    }
    for (const { descriptor } of index.children) {
      expect(target.hasManifest("mirror/tkg/index", descriptor.digest)).toBe(true);
      expect(target.hasManifest("mirror/tkg/packages", descriptor.digest)).toBe(true);
    }
  });

  test("an image that has no tag, by its digest", async () => {
    const source = await startSource();
    await writeImgpkgFolder(folder, source, [`app/web@${web.descriptor.digest}`]);
    const target = await importFolder();
    expect(target.hasManifest("mirror/tkg/app/web", web.descriptor.digest)).toBe(true);
    expect(target.listTags("mirror/tkg/app/web")).toEqual([]);
  });

  test("signatures, of what a bundle lists, too", async () => {
    const named = (manifest: SampleManifest) => `${manifest.descriptor.digest.replace(":", "-")}.sig`;
    const signatures = {
      [`app/web:${named(web)}`]: imageOf("oci", "of web"),
      [`packages:${named(inner.manifest)}`]: imageOf("oci", "of inner"),
    };
    const source = await startSource(signatures);
    await writeImgpkgFolder(folder, source, ["app/web:v1", "packages:v3"], { referrers: true });
    const target = await importFolder();
    for (const [path, { descriptor }] of Object.entries(signatures)) {
      const [repository = "", tag = ""] = path.split(":");
      expect(target.findTag(`mirror/tkg/${repository}`, tag)).toBe(descriptor.digest);
    }
  });

  test("without the map, too, and by tars alone", async () => {
    const source = await startSource();
    await writeImgpkgFolder(folder, source, ["app/web:v1", "packages:v3"]);
    const whole = await importFolder();
    await rm(join(folder, "publish-images-fromtar.yaml"));
    const rebuilt = await importFolder();
    expect(rebuilt.listRepositories()).toEqual(whole.listRepositories());
    const single = await importFolder(join(folder, "packages-v3.tar"));
    expect(single.listTags("mirror/tkg/packages")).toEqual(whole.listTags("mirror/tkg/packages"));
  });
});

test("an imgpkg tar that others made is copied with all that it lists", async () => {
  const from = "projects.registry.vmware.com/tkg/packages";
  const listed = [web, index, inner.manifest, ...innerLists.map(({ manifest }) => manifest)];
  const tar = buildImgpkgTar([
    ...listed.map((manifest) => ({ manifest, from })),
    { manifest: outer, from, tag: "v3", isRoot: true },
  ]);
  await writeFile(join(folder, "packages-v3.tar"), tar);
  const target = await importFolder();
  expect(target.listRepositories()).toEqual(["mirror/tkg/packages"]);
  expect(target.findTag("mirror/tkg/packages", "v3")).toBe(outer.descriptor.digest);
  for (const { descriptor } of listed) {
    const tag = `${descriptor.digest.replace(":", "-")}.imgpkg`;
    expect(target.findTag("mirror/tkg/packages", tag)).toBe(descriptor.digest);
  }
});

test("an export that was cut short goes on, and ends as if it had not been", async () => {
  const source = await startSource();
  const images = await source.plan(["app/web:v1", "index:v2"]);
  const layout = await layOutSample(source, images);
  const writer = await BundleWriter.open(folder, layout, pinImages(layout.images));
  const [first] = layout.files[0]?.blobs ?? [];
  if (!first) throw new Error("no layer");
  const blob = web.blobs.find(({ descriptor }) => descriptor.digest === first.digest);
  await writer.write(first.digest, 0, Buffer.concat([...(blob?.content() ?? [])]));
  await writer.complete(first.digest);
  await writer.close();
  await expect(openImgpkgBundle(folder)).rejects.toMatchObject({ code: "bundle-unfinished" });

  source.registry.clearRequests();
  await writeImgpkgFolder(folder, source, ["app/web:v1", "index:v2"]);
  expect(source.registry.requests({ kind: "get-blob", digest: first.digest })).toEqual([]);
  const expected = buildImgpkgTar([{ manifest: web, from: `${source.registry.host}/app/web`, tag: "v1" }]);
  expect((await readFile(join(folder, "app-web-v1.tar"))).equals(expected)).toBe(true);
  await importFolder();
});
