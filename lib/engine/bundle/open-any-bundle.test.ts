import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  truncate,
  unlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildImage, buildLayer } from "#lib/demo/sample-image.ts";
import { layoutOf, named, writeArchive, writeLayoutFolder } from "#lib/testing/image-archives.ts";
import { buildImgpkgTar } from "#lib/testing/imgpkg-tar.ts";
import { startPluginSource, writeLayout } from "#lib/testing/plugin-source.ts";
import { startSampleSource, type SampleSource } from "#lib/testing/sample-source.ts";
import { digestBytes } from "../oci/digest.ts";
import { journalName } from "./export-folder.ts";
import { openBundle } from "./open-any-bundle.ts";
import { encodeTarHeader } from "./tar/tar-header.ts";

const platform = { os: "linux", architecture: "amd64" };
const image = (seed: string) =>
  buildImage({
    format: "oci",
    platform,
    layers: [buildLayer([{ path: "data", content: { seed, sizeBytes: 20_000 } }])],
  });

let dir: string;
let samples: SampleSource;
let drayage: string;
let pluginBundle: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "drayage-open-"));
  samples = await startSampleSource({ "tkg/app:v1": image("app"), "tkg/other:v1": image("other") });
  drayage = join(dir, "drayage");
  await samples.write(drayage);
  const plugins = await startPluginSource();
  const layout = await plugins.layOut("plugin-bundle.tar.gz", {
    groups: ["vmware-tkg/default"],
    plugins: [],
    machines: [{ os: "linux", architecture: "amd64" }],
  });
  await writeLayout(join(dir, "plugins"), layout, plugins.source);
  pluginBundle = join(dir, "plugins", "plugin-bundle.tar.gz");
  await plugins.stop();
});
afterAll(async () => {
  await samples.stop();
  await rm(dir, { recursive: true, force: true });
});

const folder = () => mkdtemp(join(dir, "folder-"));
const ociTar = (path: string, name: string, seed = name) =>
  writeArchive(path, layoutOf([[image(seed), named(name)]]));
const imgpkgTar = (path: string, seed: string) =>
  writeFile(path, buildImgpkgTar([{ manifest: image(seed), from: `vendor.example/tkg/${seed}`, tag: "v1" }]));

const pack = async (from: string, to: string) => writeFile(to, gzipSync(await readFile(from)));

/** A Docker archive: its layer may be anything, as it is only recognized here. */
async function dockerTar(path: string, tag: string): Promise<void> {
  const layer = Buffer.from("layer");
  const rootfs = { type: "layers", diff_ids: [digestBytes(layer)] };
  const config = Buffer.from(JSON.stringify({ rootfs }));
  const manifest = [{ Config: "config.json", RepoTags: [tag], Layers: ["layer.tar"] }];
  const parts = {
    "layer.tar": layer,
    "config.json": config,
    "manifest.json": Buffer.from(JSON.stringify(manifest)),
  };
  await writeArchive(path, new Map(Object.entries(parts)));
}

/** What a path is taken for, and what is in it. */
async function describeBundle(path: string) {
  const bundle = await openBundle(path);
  try {
    const { format, name, images } = bundle;
    let readBytes = 0;
    expect(await bundle.check({ onBytes: (count) => (readBytes += count) })).toEqual([]);
    const sizeBytes = bundle.files.reduce((sum, file) => sum + file.sizeBytes, 0);
    expect(readBytes).toBeLessThanOrEqual(sizeBytes);
    // All but what says what is in an image layout.
    expect(readBytes).toBeGreaterThan(0.9 * sizeBytes);
    return { format, name, images: images.map(({ repository, tag }) => `${repository}:${tag ?? ""}`) };
  } finally {
    await bundle.close();
  }
}

describe("a path", () => {
  test("is a Drayage bundle, also by its name only", async () => {
    expect(await describeBundle(drayage)).toEqual({
      format: "drayage",
      name: "sample",
      images: ["tkg/app:v1", "tkg/other:v1"],
    });
  });

  test("is a volume of one, taken alone as an image layout", async () => {
    expect(await describeBundle(join(drayage, "sample.tar"))).toEqual({
      format: "oci-layout",
      name: "sample.tar",
      images: ["tkg/app:v1", "tkg/other:v1"],
    });
  });

  test("is an image layout in a folder or a tar, whatever it is called", async () => {
    const layout = join(await folder(), "layout");
    await writeLayoutFolder(layout, layoutOf([[image("x"), named("a/b:v1")]]));
    expect(await describeBundle(layout)).toMatchObject({ format: "oci-layout", images: ["a/b:v1"] });
    const file = join(await folder(), "no-ending");
    await ociTar(file, "a/b:v1");
    expect(await describeBundle(file)).toMatchObject({ format: "oci-layout", images: ["a/b:v1"] });
  });

  test("is a Docker archive", async () => {
    const file = join(await folder(), "saved.tar");
    await dockerTar(file, "app:v1");
    expect(await describeBundle(file)).toMatchObject({
      format: "docker-archive",
      images: ["library/app:v1"],
    });
  });

  test("is a Docker archive that was packed as a whole, and leaves nothing beside it", async () => {
    const here = await folder();
    await dockerTar(join(here, "saved.tar"), "app:v1");
    await pack(join(here, "saved.tar"), join(here, "saved.tar.gz"));
    await unlink(join(here, "saved.tar"));
    const expected = { format: "docker-archive", images: ["library/app:v1"] };
    expect(await describeBundle(join(here, "saved.tar.gz"))).toMatchObject(expected);
    await writeFile(join(here, "notes.gz"), gzipSync("notes"));
    expect(await describeBundle(here)).toMatchObject(expected);
    expect(await readdir(here)).toEqual(["notes.gz", "saved.tar.gz"]);
  });

  test("is a packed archive, unpacked where there is said to be room", async () => {
    const [here, scratch] = [await folder(), await folder()];
    await ociTar(join(here, "a.tar"), "a:v1");
    await pack(join(here, "a.tar"), join(here, "b.tar.gz"));
    const opened = await openBundle(join(here, "b.tar.gz"), { scratchFolder: scratch });
    expect(opened.images).toMatchObject([{ repository: "a", tag: "v1" }]);
    await opened.close();
    expect(await readdir(scratch)).toEqual([]);
  });

  test("is a tar of imgpkg's, or a folder of them, with their map or without", async () => {
    const here = await folder();
    await imgpkgTar(join(here, "one-v1.tar"), "one");
    await imgpkgTar(join(here, "two-v1.tar"), "two");
    expect(await describeBundle(join(here, "one-v1.tar"))).toMatchObject({ format: "imgpkg" });
    expect((await describeBundle(here)).images).toHaveLength(2);
    await writeFile(join(here, "publish-images-fromtar.yaml"), "one-v1.tar: a/one\ntwo-v1.tar: a/two\n");
    expect(await describeBundle(here)).toMatchObject({ format: "imgpkg", images: ["a/one:v1", "a/two:v1"] });
  });

  test("is a plug-in bundle, packed or alone in a folder", async () => {
    expect(await describeBundle(pluginBundle)).toMatchObject({ format: "tanzu-plugins" });
    const here = await folder();
    await cp(pluginBundle, join(here, "any-name.tar.gz"));
    await writeFile(join(here, "README.md"), "# what this is");
    expect(await describeBundle(here)).toMatchObject({ format: "tanzu-plugins" });
  });
});

describe("a folder with several archives", () => {
  test("is one bundle of all of them, whoever wrote them, and other files do not matter", async () => {
    const here = await folder();
    await ociTar(join(here, "one.tar"), "a/one:v1");
    await ociTar(join(here, "two.tar"), "a/two:v1");
    await dockerTar(join(here, "t.tar"), "x.example/three:v1");
    await pack(join(here, "t.tar"), join(here, "three.tar.gz"));
    await unlink(join(here, "t.tar"));
    await writeFile(join(here, "SHA256SUMS"), "of something\n");
    await writeFile(join(here, "notes.gz"), gzipSync("notes"));
    await mkdir(join(here, "more"));
    expect(await describeBundle(here)).toMatchObject({ images: ["a/one:v1", "three:v1", "a/two:v1"] });
  });

  test("is refused when they do not belong together, and the odd one is named", async () => {
    const here = await folder();
    await imgpkgTar(join(here, "a.tar"), "a");
    await ociTar(join(here, "b.tar"), "b:v1");
    await expect(openBundle(here)).rejects.toMatchObject({
      code: "bundle-not-recognized",
      facts: { file: "b.tar" },
    });
    const two = await folder();
    await cp(pluginBundle, join(two, "a.tar.gz"));
    await cp(pluginBundle, join(two, "b.tar.gz"));
    await expect(openBundle(two)).rejects.toMatchObject({ facts: { file: "b.tar.gz" } });
  });

  test("is refused when one is packed or broken, and that one is named", async () => {
    const here = await folder();
    await ociTar(join(here, "a.tar"), "a:v1");
    await ociTar(join(here, "b.tar"), "b:v1");
    await writeFile(join(here, "b.tar.gz"), gzipSync("of anything"));
    await expect(openBundle(here)).rejects.toMatchObject({
      code: "bundle-file-packed",
      facts: { file: "b.tar.gz" },
    });
    await unlink(join(here, "b.tar.gz"));
    await truncate(join(here, "b.tar"), 5000);
    await expect(openBundle(here)).rejects.toMatchObject({ facts: { file: "b.tar" } });
    await writeFile(join(here, "b.tar"), "no tar at all".repeat(100));
    await expect(openBundle(here)).rejects.toMatchObject({
      code: "tar-invalid",
      facts: { file: "b.tar", tarProblem: "not-a-tar" },
    });
  });
});

describe("a path is refused", () => {
  test("when there is nothing", async () => {
    await expect(openBundle(join(dir, "nothing"))).rejects.toMatchObject({ code: "bundle-file-missing" });
  });

  test.each(["", "text", "%PDF-1.7", "\0".repeat(40_000)])("when it is no bundle: %.10j", async (content) => {
    const here = await folder();
    await writeFile(join(here, "file.bin"), content);
    await expect(openBundle(join(here, "file.bin"))).rejects.toMatchObject({
      code: "bundle-not-recognized",
      facts: { file: "file.bin" },
    });
    await expect(openBundle(here)).rejects.toMatchObject({ code: "bundle-not-recognized" });
  });

  test("when it was packed and is no archive of images by itself", async () => {
    const here = await folder();
    await imgpkgTar(join(here, "imgpkg.tar"), "a");
    const volume = join(drayage, "sample.tar");
    for (const [from, to] of [
      [join(here, "imgpkg.tar"), "packed.tar"],
      [volume, "sample.tar"],
      [volume, "sample.tar.gz"],
    ] as const) {
      await pack(from, join(here, to));
      const refused = { code: "bundle-file-packed", facts: { file: to } };
      await expect(openBundle(join(here, to))).rejects.toMatchObject(refused);
      await expect(openBundle(here)).rejects.toMatchObject(refused);
      await unlink(join(here, to));
    }
  });

  test("when it is a packed archive that ends too early, or unpacks to far more than images do", async () => {
    const here = await folder();
    await dockerTar(join(here, "whole.tar"), "app:v1");
    const packed = gzipSync(await readFile(join(here, "whole.tar")));
    await writeFile(join(here, "cut.tar.gz"), packed.subarray(0, -20));
    await expect(openBundle(join(here, "cut.tar.gz"))).rejects.toMatchObject({
      code: "bundle-file-different",
    });
    // What is packed piece by piece unpacks to all pieces (RFC 1952 section 2.2).
    const mebibyte = 1024 * 1024;
    const header = encodeTarHeader("manifest.json", 80 * mebibyte);
    const pieces = [gzipSync(header), ...Array<Buffer>(80).fill(gzipSync(Buffer.alloc(mebibyte)))];
    await writeFile(join(here, "bomb.tar.gz"), Buffer.concat(pieces));
    await expect(openBundle(join(here, "bomb.tar.gz"))).rejects.toMatchObject({
      code: "bundle-document-invalid",
      facts: { file: "bomb.tar.gz", limit: 64 * mebibyte },
    });
    expect((await readdir(here)).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test("when its export is unfinished, or what says what it is was left behind", async () => {
    const here = await folder();
    await cp(drayage, here, { recursive: true });
    await writeFile(join(here, journalName), "");
    await expect(openBundle(here)).rejects.toMatchObject({ code: "bundle-unfinished" });
    await unlink(join(here, journalName));
    await rename(join(here, "bundle.json"), join(here, "x"));
    await expect(openBundle(here)).rejects.toMatchObject({
      code: "bundle-file-missing",
      facts: { file: "bundle.json" },
    });
  });

  test("when the reading is given up", async () => {
    const opening = openBundle(join(drayage, "sample.tar"), { signal: AbortSignal.abort() });
    await expect(opening).rejects.toMatchObject({ code: "cancelled" });
  });
});
