import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { buildBundle } from "#lib/demo/imgpkg-bundles.ts";
import { buildImage, buildIndex, buildLayer, type SampleManifest } from "#lib/demo/sample-image.ts";
import { layOutSample, writeImgpkgFolder } from "#lib/testing/imgpkg-folder.ts";
import { buildImgpkgTar } from "#lib/testing/imgpkg-tar.ts";
import { startSampleSource, type SampleSource } from "#lib/testing/sample-source.ts";
import { digestBytes, type Digest } from "../../oci/digest.ts";
import {
  ociArtifactManifest,
  ociImageConfig,
  ociImageManifest,
  ociLayerGzip,
} from "../../oci/media-types.ts";
import type { ExportImage } from "../export-layout.ts";
import { measureLayout } from "../export-layout.ts";
import { layerEntryName } from "./lay-out-imgpkg.ts";
import { readConfigs } from "./read-configs.ts";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function start(images: Readonly<Record<string, SampleManifest>>): Promise<SampleSource> {
  const sample = await startSampleSource(images);
  ends.push(() => sample.stop());
  return sample;
}

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "drayage-imgpkg-"));
  ends.push(() => rm(folder, { recursive: true }));
  return folder;
}

const amd64 = { os: "linux", architecture: "amd64" };
const arm64 = { os: "linux", architecture: "arm64" };
const layer = (words: string) => buildLayer([{ path: "words", content: words }]);
const imageOf = (...words: string[]) =>
  buildImage({
    format: "docker",
    platform: amd64,
    layers: words.map(layer),
    labels: { of: words.join("&") },
  });

const ociTypes = { config: ociImageConfig, layer: ociLayerGzip };

/** An image whose parts are any bytes. */
function rawImage(
  config: Uint8Array | string,
  layers: readonly string[],
  types: { readonly config: string; readonly layer: string } = ociTypes,
): SampleManifest {
  const blob = (content: Uint8Array | string, mediaType: string) => {
    const bytes = Buffer.from(content);
    const digest = digestBytes(bytes);
    return {
      descriptor: { mediaType, digest, sizeBytes: bytes.byteLength },
      content: () => [bytes],
    };
  };
  const blobs = [blob(config, types.config), ...layers.map((content) => blob(content, types.layer))];
  const [first, ...rest] = blobs.map(({ descriptor: { mediaType, digest, sizeBytes } }) => ({
    mediaType,
    digest,
    size: sizeBytes,
  }));
  const raw = Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType: ociImageManifest, config: first, layers: rest }),
  );
  const descriptor = { mediaType: ociImageManifest, digest: digestBytes(raw), sizeBytes: raw.byteLength };
  return { raw, descriptor, blobs, children: [] };
}

describe("a folder has byte for byte what imgpkg writes", () => {
  test("of an image, an index, and a bundle with what it lists", async () => {
    const web = imageOf("base", "web <&> \u2028");
    const multi = buildIndex("oci", [
      { platform: amd64, image: buildImage({ format: "oci", platform: amd64, layers: [layer("one")] }) },
      { platform: arm64, image: buildImage({ format: "oci", platform: arm64, layers: [layer("two")] }) },
    ]);
    const database = imageOf("base", "database");
    const lock = (name: string, manifest: SampleManifest) => ({ origin: `author.example/${name}`, manifest });
    const inner = buildBundle("inner", [], [lock("db", database)]);
    const outer = buildBundle("outer", [], [lock("web", web), lock("multi", multi), lock("inner", inner)]);
    const sample = await start({
      "app/web:v1.0_vmware.1": web,
      "multi:v2": multi,
      "db:v1": database,
      "inner:v1": inner,
      "packages/repo:v3": outer,
    });
    const images = ["app/web:v1.0_vmware.1", "multi:v2", "packages/repo:v3"];
    // Where a mirror keeps what the lock lists.
    for (const [path, image] of Object.entries({ web, multi, inner, db: database })) {
      await copyInto(sample, path, image);
    }
    const folder = await makeFolder();
    const { proven } = await writeImgpkgFolder(folder, sample, images);

    expect((await readdir(folder)).sort()).toEqual([
      "app-web-v1.0_vmware.1.tar",
      "multi-v2.tar",
      "packages-repo-v3.tar",
      "publish-images-fromtar.yaml",
    ]);
    expect(proven?.every(({ damaged }) => damaged.length === 0)).toBe(true);
    expect(await readFile(join(folder, "publish-images-fromtar.yaml"), "utf8")).toBe(
      "app-web-v1.0_vmware.1.tar: app/web\nmulti-v2.tar: multi\npackages-repo-v3.tar: packages/repo\n",
    );
    const at = (repository: string) => `${sample.registry.host}/${repository}`;
    const listed = (name: string, manifest: SampleManifest) => ({
      manifest,
      from: at(name),
      origRef: `author.example/${name}@${manifest.descriptor.digest}`,
    });
    const expected: Record<string, Buffer> = {
      "app-web-v1.0_vmware.1.tar": buildImgpkgTar([
        { manifest: web, from: at("app/web"), tag: "v1.0_vmware.1" },
      ]),
      "multi-v2.tar": buildImgpkgTar([{ manifest: multi, from: at("multi"), tag: "v2" }]),
      "packages-repo-v3.tar": buildImgpkgTar([
        listed("web", web),
        listed("multi", multi),
        listed("inner", inner),
        listed("db", database),
        {
          manifest: outer,
          from: at("packages/repo"),
          tag: "v3",
          origRef: `${at("packages/repo")}@${outer.descriptor.digest}`,
          isRoot: true,
        },
      ]),
    };
    for (const [name, content] of Object.entries(expected)) {
      const written = await readFile(join(folder, name));
      // Told by the first difference, since a diff of binary files tells nothing.
      expect([name, written.findIndex((byte, index) => byte !== content[index])]).toEqual([name, -1]);
      expect(written.byteLength).toBe(content.byteLength);
    }
  });

  test("of an image that is named by its digest alone", async () => {
    const image = imageOf("nameless");
    const sample = await start({ "app:v1": image });
    const path = `app@${image.descriptor.digest}`;
    const folder = await makeFolder();
    await writeImgpkgFolder(folder, sample, [path]);
    const name = `app-${image.descriptor.digest.replace(":", "-")}.tar`;
    expect(
      (await readFile(join(folder, name))).equals(
        buildImgpkgTar([{ manifest: image, from: `${sample.registry.host}/app` }]),
      ),
    ).toBe(true);
  });
});

/** As `pushSample`, for what is to stand there under its digest. */
async function copyInto(
  { registry }: SampleSource,
  repository: string,
  image: SampleManifest,
): Promise<void> {
  for (const child of image.children) await copyInto({ registry } as SampleSource, repository, child);
  for (const { content } of image.blobs) await registry.putBlob(repository, Buffer.concat([...content()]));
  await registry.putManifest(repository, image.raw, image.descriptor.mediaType);
}

test("a configuration that is a layer, too, is written as both and not asked for again", async () => {
  const empty = rawImage("{}", ["{}", "chart"], {
    config: "application/vnd.oci.empty.v1+json",
    layer: "application/x",
  });
  const sample = await start({ "chart:v1": empty });
  const folder = await makeFolder();
  const { layout } = await writeImgpkgFolder(folder, sample);
  const { digest } = empty.blobs[0]?.descriptor ?? { digest: digestBytes("") };
  expect(layout.held.has(digest)).toBe(true);
  expect(layout.files[0]?.blobs.map((blob) => blob.digest)).toEqual([digestBytes("chart")]);
  const tar = await readFile(join(folder, "chart-v1.tar"));
  expect(tar.includes(layerEntryName(digest))).toBe(true);
  // imgpkg finds the layer's media type by its digest, and so that of the configuration.
  expect(tar.toString()).toContain(
    `{"MediaType":"application/vnd.oci.empty.v1+json","Digest":"${digest}","DiffID":"","Size":2}`,
  );
});

test("an image without diff IDs is written without them", async () => {
  const sample = await start({ "bare:v1": rawImage("{}", ["layer"]) });
  const layout = await layOutSample(sample, await sample.plan());
  const [{ bytes } = { bytes: Buffer.alloc(0) }] = layout.files[0]?.fixed.slice(1) ?? [];
  expect(Buffer.from(bytes).toString()).toContain('"DiffID":""');
});

test("a layer of two images is read once and written into both tars", async () => {
  const sample = await start({ "a:v1": imageOf("shared", "a"), "b:v1": imageOf("shared", "b") });
  const folder = await makeFolder();
  const { layout } = await writeImgpkgFolder(folder, sample);
  const digests = new Set(layout.files.flatMap(({ blobs }) => blobs.map((each) => each.digest)));
  expect(digests.size).toBe(3);
  for (const digest of digests)
    expect(sample.registry.requests({ kind: "get-blob", digest })).toHaveLength(1);
  const written = await Promise.all(layout.files.map(({ name }) => readFile(join(folder, name))));
  expect(written.reduce((sum, { byteLength }) => sum + byteLength, 0)).toBe(measureLayout(layout));
});

describe("what the format cannot carry is told", () => {
  async function expectRefusal(
    sample: SampleSource,
    images: readonly ExportImage[],
    facts: Record<string, unknown>,
  ): Promise<void> {
    await expect(layOutSample(sample, images)).rejects.toMatchObject({
      code: "image-not-representable",
      facts: { ...facts, retryable: false },
    });
  }

  test.each([
    ["a configuration that is no JSON", "no JSON"],
    ["a configuration that is no UTF-8", Buffer.from([0x22, 0xff, 0x22])],
    ["a configuration that no Go program reads", '{"rootfs":{"diff_ids":["x"]}}'],
    ["a configuration that is no object", "[]"],
  ])("%s", async (_what, config) => {
    const image = rawImage(config, ["layer"]);
    const sample = await start({ "app:v1": image });
    const digest = image.blobs[0]?.descriptor.digest;
    await expectRefusal(sample, await sample.plan(), { repository: "app", reference: "v1", digest });
  });

  test("digests of another algorithm", async () => {
    const sample = await start({});
    const config = await sample.registry.putBlob("app", Buffer.from("{}"), { algorithm: "sha512" });
    const manifest = { schemaVersion: 2, config: { mediaType: ociImageConfig, digest: config, size: 2 } };
    await sample.registry.putManifest("app", Buffer.from(JSON.stringify(manifest)), ociImageManifest, {
      tag: "v1",
    });
    await expectRefusal(sample, await sample.plan(["app:v1"]), { digest: config, value: "sha512" });
  });

  test("artifact manifests, which have no configuration", async () => {
    const sample = await start({});
    const raw = Buffer.from(
      JSON.stringify({ mediaType: ociArtifactManifest, artifactType: "a/b", blobs: [] }),
    );
    await sample.registry.putManifest("app", raw, ociArtifactManifest, { tag: "v1" });
    await expectRefusal(sample, await sample.plan(["app:v1"]), { value: ociArtifactManifest });
  });

  test("an index without some of its platforms", async () => {
    const index = buildIndex("docker", [
      { platform: amd64, image: imageOf("amd") },
      { platform: arm64, image: imageOf("arm") },
    ]);
    const sample = await start({ "app:v1": index });
    await expectRefusal(sample, await sample.plan(["app:v1"], { platforms: [amd64] }), {
      platforms: "linux/arm64",
    });
  });

  test("referrers, but not what cosign keeps under tags", async () => {
    const image = imageOf("signed");
    const { digest } = image.descriptor;
    const signature = rawImage("{}", ["signature"]);
    const sample = await start({
      "app:v1": image,
      [`app:${digest.replace(":", "-")}.sig`]: signature,
    });
    const scope = { referrers: true };
    const layout = await layOutSample(sample, await sample.plan(["app:v1"], scope));
    expect(layout.manifests.has(signature.descriptor.digest)).toBe(true);
    expect(layout.images[0]?.plan.manifests).toHaveLength(2);

    const { mediaType, sizeBytes } = image.descriptor;
    const subject = { mediaType, digest, size: sizeBytes };
    const referrer = { ...(JSON.parse(Buffer.from(signature.raw).toString()) as object), subject };
    const raw = Buffer.from(JSON.stringify({ ...referrer, artifactType: "a/sbom" }));
    const found = await sample.registry.putManifest("app", raw, ociImageManifest);
    await expectRefusal(sample, await sample.plan(["app:v1"], scope), { digest: found, value: "a/sbom" });
  });

  test("a layer that lives elsewhere, and that imgpkg would miss", async () => {
    const mediaType = "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd";
    const sample = await start({
      "app:v1": rawImage("{}", ["layer"], { config: ociImageConfig, layer: mediaType }),
    });
    await expectRefusal(sample, await sample.plan(), { digest: digestBytes("layer"), value: mediaType });
    const known = mediaType.replace("+zstd", "+gzip");
    const other = await start({
      "app:v1": rawImage("{}", ["layer"], { config: ociImageConfig, layer: known }),
    });
    const without = await layOutSample(other, await other.plan());
    expect(without.files[0]?.blobs).toEqual([]);
    const along = await layOutSample(other, await other.plan(["app:v1"], { foreignLayers: true }));
    expect(along.files[0]?.blobs.map((blob) => blob.digest)).toEqual([digestBytes("layer")]);
  });

  test("two images whose tars have one name, on disks that tell no upper case, too", async () => {
    const sample = await start({
      "a/b:v1": imageOf("one"),
      "a-b:v1": imageOf("two"),
      "a/b:V1": imageOf("three"),
    });
    await expectRefusal(sample, await sample.plan(["a/b:v1", "a-b:v1"]), {
      repository: "a-b",
      value: "a-b-v1.tar",
    });
    await expectRefusal(sample, await sample.plan(["a/b:v1", "a/b:V1"]), {
      reference: "V1",
      value: "a-b-V1.tar",
    });
    // One image that is listed twice is no clash.
    const twice = await layOutSample(sample, await sample.plan(["a/b:v1", "a/b:v1"]));
    expect(twice.files.map(({ name }) => name)).toEqual(["a-b-v1.tar"]);
    expect(twice.images).toHaveLength(2);
  });

  test("a name that no file may have", async () => {
    const path = Array.from({ length: 8 }, () => "a-long-part-of-a-path").join("/");
    const tag = "t".repeat(128);
    const sample = await start({ [`${path}:${tag}`]: imageOf("long") });
    await expectRefusal(sample, await sample.plan(), { repository: path });
  });
});

test("a configuration without end is not read", async () => {
  const sample = await start({ "app:v1": imageOf("app") });
  const [image] = await sample.plan();
  if (!image) throw new Error("no plan");
  const huge = image.plan.blobs.map((blob) => ({
    ...blob,
    descriptor: { ...blob.descriptor, sizeBytes: 4 * 1024 * 1024 + 1 },
  }));
  const read = (): Promise<Uint8Array> => Promise.reject(new Error("was read"));
  await expect(readConfigs([{ ...image.plan, blobs: huge }], { readBlob: read })).rejects.toMatchObject({
    code: "image-not-representable",
  });
  const contents = new Map<Digest, Uint8Array>();
  expect(await readConfigs([], { readBlob: read })).toEqual(contents);
});
