import { mkdtemp, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { buildBundle } from "#lib/demo/imgpkg-bundles.ts";
import { buildImage, buildIndex, buildLayer, type SampleManifest } from "#lib/demo/sample-image.ts";
import {
  buildImgpkgTar,
  formatImgpkgManifest,
  goTarBlocks,
  listImgpkgLayers,
  type TarImage,
} from "#lib/testing/imgpkg-tar.ts";
import { tarArchive } from "#lib/testing/tar-blocks.ts";
import { EngineError } from "../../oci/errors.ts";
import { parseTag } from "../../oci/reference.ts";
import { journalName } from "../export-folder.ts";
import type { OpenBundle } from "../open-bundle.ts";
import { openImgpkgBundle } from "./open-imgpkg-bundle.ts";

const mapName = "publish-images-fromtar.yaml";
let folder: string;
const opened: OpenBundle[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "drayage-imgpkg-"));
});
afterEach(async () => {
  for (const bundle of opened.splice(0)) await bundle.close();
  await rm(folder, { recursive: true });
});

async function open(path = folder): Promise<OpenBundle> {
  const bundle = await openImgpkgBundle(path);
  opened.push(bundle);
  return bundle;
}

async function put(name: string, content: Uint8Array | string): Promise<void> {
  await writeFile(join(folder, name), content);
}

const amd64 = { os: "linux", architecture: "amd64" };
const imageOf = (...words: string[]) =>
  buildImage({
    format: "docker",
    platform: amd64,
    layers: words.map((content) => buildLayer([{ path: "words", content }])),
  });
const tagOf = (manifest: SampleManifest, suffix: string) =>
  `${manifest.descriptor.digest.replace(":", "-")}${suffix}`;

const web = imageOf("base", "web");
const other = imageOf("base", "other");
const host = "projects.registry.vmware.com";
const webTar = buildImgpkgTar([{ manifest: web, from: `${host}/tkg/app/web`, tag: "v1" }]);
const otherTar = buildImgpkgTar([{ manifest: other, from: `${host}/tkg/other`, tag: "v2" }]);

const placesOf = ({ images }: OpenBundle) =>
  images.map(({ repository, tag, digest }) => `${repository}:${tag ?? digest}`);
const refusalOf = async (path = folder): Promise<EngineError> => {
  try {
    await open(path);
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new Error("was opened");
};

describe("a folder as isolated-cluster makes it", () => {
  test("says where everything belongs and where it was read", async () => {
    await put("app-web-v1.tar", webTar);
    await put("other-v2.tar", otherTar);
    await put(mapName, "app-web-v1.tar: app/web\nother-v2.tar: other\n");
    const bundle = await open();
    expect(bundle.images).toEqual([
      {
        repository: "app/web",
        tag: "v1",
        digest: web.descriptor.digest,
        original: `${host}/tkg/app/web:v1`,
      },
      { repository: "other", tag: "v2", digest: other.descriptor.digest, original: `${host}/tkg/other:v2` },
    ]);
    expect(bundle.files).toEqual([
      { name: "app-web-v1.tar", sizeBytes: webTar.byteLength },
      { name: "other-v2.tar", sizeBytes: otherTar.byteLength },
    ]);
    expect(bundle).toMatchObject({ format: "imgpkg", scope: { referrers: false, foreignLayers: false } });
    let bytes = 0;
    expect(await bundle.check({ onBytes: (count) => (bytes += count) })).toEqual([]);
    expect(bytes).toBe(webTar.byteLength + otherTar.byteLength);
  });

  test("may name host and project, which are left out", async () => {
    await put("app-web-v1.tar", webTar);
    await put("other-v2.tar", otherTar);
    await put(mapName, `app-web-v1.tar: testing.io/app/web\nother-v2.tar: ${host}/tkg/other\n`);
    expect(placesOf(await open())).toEqual(["app/web:v1", "other:v2"]);
  });

  test("may lack its map: where a tar was read, and how it is called, tells its place", async () => {
    await put("app-web-v1.tar", webTar);
    await put("renamed.tar", otherTar);
    const mirrored = { manifest: imageOf("mirrored"), from: "mirror.test:5000/deep/down/lib/db", tag: "v3" };
    await put("lib-db-v3.tar", buildImgpkgTar([mirrored]));
    expect(placesOf(await open())).toEqual(["app/web:v1", "lib/db:v3", "other:v2"]);
  });

  test("may have tars that its map does not name, and files that are none of imgpkg's", async () => {
    await put("app-web-v1.tar", webTar);
    await put("other-v2.tar", otherTar);
    await put("tanzu-cli.tar", tarArchive(goTarBlocks("v1.0.0/tanzu-cli", "program")));
    await put("notes.txt", "notes");
    await symlink("/nowhere", join(folder, "link.tar"));
    await put(mapName, "other-v2.tar: other\n");
    const bundle = await open();
    expect(placesOf(bundle)).toEqual(["other:v2", "app/web:v1"]);
    expect(bundle.files.map(({ name }) => name)).toEqual(["other-v2.tar", "app-web-v1.tar"]);
    expect(await bundle.check()).toEqual([]);
  });

  test("may be a single tar without a folder", async () => {
    await put("app-web-v1.tar", webTar);
    await put("other-v2.tar", otherTar);
    const bundle = await open(join(folder, "app-web-v1.tar"));
    expect(placesOf(bundle)).toEqual(["app/web:v1"]);
    expect(bundle.name).toBe("app-web-v1.tar");
    expect(await bundle.check()).toEqual([]);
  });

  test("may have one image in two tars", async () => {
    await put("app-web-v1.tar", webTar);
    await put("copy.tar", webTar);
    await put(mapName, "app-web-v1.tar: app/web\ncopy.tar: app/web\n");
    expect(placesOf(await open())).toEqual(["app/web:v1"]);
  });
});

describe("what cannot be opened", () => {
  test("two images for one place", async () => {
    const rival = { manifest: other, from: `${host}/tkg/other`, tag: "v1" };
    await put("a.tar", webTar);
    await put("b.tar", buildImgpkgTar([rival]));
    await put(mapName, "a.tar: app/web\nb.tar: app/web\n");
    expect(await refusalOf()).toMatchObject({
      code: "bundle-document-invalid",
      facts: { file: "b.tar", field: "app/web:v1", digest: other.descriptor.digest },
    });
  });

  test("a folder without anything of imgpkg's, and a file that is none", async () => {
    await put("notes.txt", "notes");
    await put("x.tar", tarArchive(goTarBlocks("x", "x")));
    expect((await refusalOf()).code).toBe("bundle-not-recognized");
    expect((await refusalOf(join(folder, "x.tar"))).code).toBe("bundle-not-recognized");
    expect((await refusalOf(join(folder, "notes.txt"))).code).toBe("tar-invalid");
    expect((await refusalOf(join(folder, "missing"))).code).toBe("bundle-file-missing");
  });

  test("an export that is not finished", async () => {
    await put("app-web-v1.tar", webTar);
    await put(journalName, "");
    expect((await refusalOf()).code).toBe("bundle-unfinished");
  });

  test("a map that cannot be read, or is too large to be one", async () => {
    await put("app-web-v1.tar", webTar);
    await put(mapName, "app-web-v1.tar: [app/web]");
    expect(await refusalOf()).toMatchObject({ code: "bundle-document-invalid", facts: { line: 1 } });
    await put(mapName, "#".repeat(2 * 1024 * 1024 + 1));
    expect(await refusalOf()).toMatchObject({ code: "bundle-document-invalid", facts: { file: mapName } });
  });
});

describe("what is wrong with a tar is found by the check, and the others are read", () => {
  async function findings(): Promise<unknown[]> {
    const bundle = await open();
    return (await bundle.check()).map(({ code, facts: { file, offset, digest } }) => ({
      code,
      file,
      ...(offset !== undefined && { offset }),
      ...(digest !== undefined && { digest }),
    }));
  }

  beforeEach(async () => {
    await put("other-v2.tar", otherTar);
    await put(mapName, "app-web-v1.tar: app/web\nother-v2.tar: other\n");
  });

  test("missing, though the map names it", async () => {
    expect(await findings()).toEqual([{ code: "bundle-file-missing", file: "app-web-v1.tar" }]);
    expect(placesOf(await open())).toEqual(["other:v2"]);
    expect((await open()).files).toEqual([
      { name: "app-web-v1.tar", sizeBytes: 0 },
      { name: "other-v2.tar", sizeBytes: otherTar.byteLength },
    ]);
  });

  test("gzipped", async () => {
    await put("app-web-v1.tar", gzipSync(webTar));
    expect(await findings()).toEqual([{ code: "bundle-file-packed", file: "app-web-v1.tar" }]);
  });

  test("named by the map, but of something else", async () => {
    await put("app-web-v1.tar", tarArchive(goTarBlocks("x", "x")));
    expect(await findings()).toEqual([{ code: "bundle-document-invalid", file: "app-web-v1.tar" }]);
  });

  test("with a path that is none", async () => {
    await put("app-web-v1.tar", webTar);
    await put(mapName, "app-web-v1.tar: App/Web\nother-v2.tar: other\n");
    expect(await findings()).toEqual([{ code: "bundle-document-invalid", file: mapName }]);
  });

  test("cut short", async () => {
    await put("app-web-v1.tar", webTar);
    await truncate(join(folder, "app-web-v1.tar"), webTar.byteLength - 2_000);
    const [, , last] = webOffsets();
    expect(await findings()).toEqual([
      { code: "bundle-file-truncated", file: "app-web-v1.tar", offset: (last?.offset ?? 0) - 512 },
    ]);
  });

  /** Where the entries of the tar have their content. */
  function webOffsets(): { name: string; offset: number; sizeBytes: number }[] {
    let offset = 0;
    const image: TarImage = { manifest: web, from: `${host}/tkg/app/web`, tag: "v1" };
    const entries: [string, Uint8Array][] = [
      ["manifest.json", Buffer.from(formatImgpkgManifest([image]))],
      ...listImgpkgLayers([image]),
    ];
    return entries.map(([name, { byteLength: sizeBytes }]) => {
      const place = { name, offset: offset + 512, sizeBytes };
      offset += 512 + sizeBytes + ((512 - (sizeBytes % 512)) % 512);
      return place;
    });
  }

  test("right in size, but with zeros where imgpkg was killed before it wrote its layers", async () => {
    const zeroed = Buffer.from(webTar);
    const layers = webOffsets().slice(1);
    for (const { offset, sizeBytes } of layers) zeroed.fill(0, offset, offset + sizeBytes);
    await put("app-web-v1.tar", zeroed);
    // A layer that both images have is sound in the other tar, but this tar is not.
    expect(await findings()).toEqual(
      layers.map(({ name, offset }) => ({
        code: "bundle-content-damaged",
        file: "app-web-v1.tar",
        offset,
        digest: name.replace("sha256-", "sha256:").replace(".tar.gz", ""),
      })),
    );
  });

  test("with one bit of a layer turned", async () => {
    const [, first] = webOffsets();
    if (!first) throw new Error("no layer");
    const changed = Buffer.from(webTar);
    changed.writeUInt8(changed.readUInt8(first.offset + 7) ^ 4, first.offset + 7);
    await put("app-web-v1.tar", changed);
    expect(await findings()).toMatchObject([
      { code: "bundle-content-damaged", file: "app-web-v1.tar", offset: first.offset },
    ]);
  });

  test("with a configuration that is not what its digest says", async () => {
    const text = webTar.toString("latin1");
    await put("app-web-v1.tar", Buffer.from(text.replace("sample layer 1", "sample layer X"), "latin1"));
    expect(await findings()).toEqual([
      {
        code: "bundle-content-damaged",
        file: "app-web-v1.tar",
        offset: 512,
        digest: web.blobs[0]?.descriptor.digest,
      },
    ]);
  });

  test("with a layer missing, or of another size", async () => {
    const image: TarImage = { manifest: imageOf("gone", "short"), from: `${host}/tkg/app/web`, tag: "v1" };
    const [, gone, short] = image.manifest.blobs.map(({ descriptor: { digest } }) => digest);
    const document = goTarBlocks("manifest.json", formatImgpkgManifest([image]));
    const layer = goTarBlocks(`${short?.replace(":", "-") ?? ""}.tar.gz`, "too short");
    await put("app-web-v1.tar", tarArchive(document, layer));
    expect(await findings()).toEqual([
      { code: "bundle-content-missing", file: "app-web-v1.tar", digest: gone },
      {
        code: "bundle-content-damaged",
        file: "app-web-v1.tar",
        offset: document.byteLength + 512,
        digest: short,
      },
    ]);
  });

  test("with an index that lacks one of its images", async () => {
    const children = [imageOf("one"), imageOf("two")];
    const index = buildIndex(
      "docker",
      children.map((image) => ({ platform: amd64, image })),
    );
    const sparse = { ...index, children: children.slice(1) };
    await put("app-web-v1.tar", buildImgpkgTar([{ manifest: sparse, from: `${host}/tkg/app/web` }]));
    expect(await findings()).toEqual([
      {
        code: "bundle-content-missing",
        file: "app-web-v1.tar",
        digest: children[0]?.descriptor.digest,
      },
    ]);
  });
});

describe("which images a tar was made for", () => {
  const inner = buildBundle("inner", [], [{ origin: "author.example/web", manifest: web }]);
  const outer = buildBundle("outer", [], [{ origin: "author.example/inner", manifest: inner }]);
  const from = `${host}/tkg/packages`;
  const nested: TarImage[] = [web, inner].map((manifest) => ({ manifest, from }));

  test("the bundle that is marked; what it lists comes along", async () => {
    await put("x.tar", buildImgpkgTar([...nested, { manifest: outer, from, tag: "v1", isRoot: true }]));
    expect(placesOf(await open())).toEqual(["packages:v1"]);
  });

  test("a marked bundle without a tag, by its digest", async () => {
    await put("x.tar", buildImgpkgTar([...nested, { manifest: outer, from, isRoot: true }]));
    const bundle = await open();
    expect(placesOf(bundle)).toEqual([`packages:${outer.descriptor.digest}`]);
    expect(bundle.images[0]?.original).toBe(`${from}@${outer.descriptor.digest}`);
  });

  test("of an older version, the bundle with the tag", async () => {
    await put("x.tar", buildImgpkgTar([...nested, { manifest: outer, from, tag: "v1" }]));
    expect(placesOf(await open())).toEqual(["packages:v1"]);
  });

  test("of a list of images, all", async () => {
    await put("x.tar", buildImgpkgTar([web, other].map((manifest) => ({ manifest, from }))));
    expect(new Set(placesOf(await open()))).toEqual(
      new Set([web, other].map(({ descriptor }) => `packages:${descriptor.digest}`)),
    );
  });

  test("not the signatures, which are found by their tags", async () => {
    const signature = imageOf("signature");
    await put(
      "x.tar",
      buildImgpkgTar([
        { manifest: web, from, tag: "v1" },
        { manifest: signature, from, tag: tagOf(web, ".sig") },
      ]),
    );
    const bundle = await open();
    expect(placesOf(bundle)).toEqual(["packages:v1"]);
    expect(bundle.scope.referrers).toBe(true);
    const [image] = bundle.images;
    if (!image) throw new Error("no image");
    const found = await bundle.source.resolve(image.repository, parseTag(tagOf(web, ".sig")));
    expect(found.digest).toBe(signature.descriptor.digest);
  });

  test("a signature without its image is one", async () => {
    await put("x.tar", buildImgpkgTar([{ manifest: other, from, tag: tagOf(web, ".sig") }]));
    expect(placesOf(await open())).toEqual([`packages:${tagOf(web, ".sig")}`]);
  });
});

test("any change of a tar is answered by an EngineError, a finding, or nothing that matters", async () => {
  const bundle = buildBundle("b", [], [{ origin: "author.example/web", manifest: web }]);
  const from = `${host}/tkg/packages`;
  const valid = buildImgpkgTar([
    { manifest: web, from },
    { manifest: bundle, from, tag: "v1", isRoot: true },
  ]);
  await fc.assert(
    fc.asyncProperty(
      fc.nat(valid.byteLength - 1),
      fc.uint8Array({ minLength: 1, maxLength: 16 }),
      fc.option(fc.nat(valid.byteLength)),
      async (at, bytes, end) => {
        const changed = Buffer.from(valid);
        Buffer.from(bytes).copy(changed, at);
        await put("x.tar", end === null ? changed : changed.subarray(0, end));
        try {
          const found = await openImgpkgBundle(folder);
          try {
            for (const finding of await found.check()) expect(finding).toBeInstanceOf(EngineError);
          } finally {
            await found.close();
          }
        } catch (error) {
          expect(error).toBeInstanceOf(EngineError);
        }
      },
    ),
    { numRuns: 300 },
  );
});
