import { createHash } from "node:crypto";
import { mkdtemp, readFile, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildImage, buildIndex, buildLayer, type SampleManifest } from "#lib/demo/sample-image.ts";
import {
  blobPath,
  layoutOf,
  named,
  writeArchive,
  writeLayoutFolder,
  type ArchiveParts,
} from "#lib/testing/image-archives.ts";
import { buildReferrer } from "#lib/testing/sample-referrer.ts";
import { tarBlocks } from "#lib/testing/tar-blocks.ts";
import { createPlanSession } from "../../mirror/plan-session.ts";
import { digestBytes, digestHex } from "../../oci/digest.ts";
import { EngineError } from "../../oci/errors.ts";
import { parseManifest } from "../../oci/manifests.ts";
import { parseRepository } from "../../oci/reference.ts";
import { toMirrorItem } from "../import-images.ts";
import type { OpenBundle } from "../open-bundle.ts";
import { openImageArchives, type ArchivePlace } from "./open-image-archives.ts";

const amd64 = { os: "linux", architecture: "amd64" };
const arm64 = { os: "linux", architecture: "arm64" };
const layer = (seed: string, sizeBytes = 3000) =>
  buildLayer([{ path: `opt/${seed}`, content: { seed, sizeBytes } }]);
const layers = [layer("a"), layer("b")];
const image = buildImage({ format: "oci", platform: amd64, layers });
const other = buildImage({ format: "oci", platform: arm64, layers: [layer("a"), layer("c")] });
const docker = buildImage({ format: "docker", platform: amd64, layers });
const index = buildIndex("oci", [
  { platform: amd64, image },
  { platform: arm64, image: other },
]);

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "drayage-archives-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const unpacked = (seed: string) => gunzipSync(Buffer.concat([...layer(seed).content()]));
const configOf = ({ blobs: [config] }: SampleManifest) => Buffer.concat([...(config?.content() ?? [])]);

interface DockerOptions {
  readonly tags?: readonly string[] | null;
  readonly layers?: readonly (readonly [string, Uint8Array])[];
  readonly config?: Uint8Array;
  readonly configName?: string;
}

/** An archive as old as Docker 1.10. */
function dockerArchiveOf(options: DockerOptions = {}): ArchiveParts {
  const { tags = ["registry.example/a/app:v1"], config = configOf(image) } = options;
  const parts = options.layers ?? [
    [`${"1".repeat(64)}/layer.tar`, unpacked("a")],
    [`${"2".repeat(64)}/layer.tar`, unpacked("b")],
  ];
  const configName = options.configName ?? `${digestHex(digestBytes(config))}.json`;
  const manifest = [{ Config: configName, RepoTags: tags, Layers: parts.map(([name]) => name) }];
  return new Map([
    ...parts.filter(([, content]) => content.byteLength > 0),
    [configName, config],
    ["manifest.json", Buffer.from(JSON.stringify(manifest))],
  ]);
}

const writeTar = (name: string, files: ArchiveParts, ...more: Uint8Array[]) =>
  writeArchive(join(dir, name), files, ...more);

async function using<Result>(
  path: string,
  format: ArchivePlace["format"],
  act: (bundle: OpenBundle) => Promise<Result>,
): Promise<Result> {
  const bundle = await openImageArchives([{ path, format }]);
  try {
    return await act(bundle);
  } finally {
    await bundle.close();
  }
}

const codes = (findings: readonly EngineError[]) => findings.map(({ code }) => code);

/** All of an image as a copy reads it. */
async function readAll(bundle: OpenBundle, at = 0): Promise<{ root: string; blobs: number }> {
  const found = bundle.images[at];
  if (found === undefined) throw new Error("no such image");
  const session = createPlanSession({ source: bundle.source, scope: bundle.scope });
  const plan = await session.plan(toMirrorItem(found, ""));
  for (const { descriptor } of plan.blobs) {
    const hash = createHash("sha256");
    for await (const chunk of await bundle.source.openBlob(found.repository, descriptor)) hash.update(chunk);
    expect(`sha256:${hash.digest("hex")}`).toBe(descriptor.digest);
  }
  return { root: plan.root.digest, blobs: plan.blobs.length };
}

describe("an image layout", () => {
  test("may name more images than fit into a manifest", async () => {
    const { mediaType, digest, sizeBytes: size } = docker.descriptor;
    const manifests = Array.from({ length: 20_000 }, (_, at) => {
      return {
        mediaType,
        digest,
        size,
        annotations: named(`tkg/an-image-with-quite-a-long-name-${at}:v1.2.3`),
      };
    });
    const document = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests }));
    expect(document.byteLength).toBeGreaterThan(4 * 1024 * 1024);
    const path = await writeTar("many.tar", layoutOf([[docker]]).set("index.json", document));
    const count = await using(path, "oci-layout", ({ images }) => Promise.resolve(images.length));
    expect(count).toBe(manifests.length);
  });

  test.each(["tar", "folder"])("is read from a %s", async (kind) => {
    const files = layoutOf([
      [index, named("tkg/many:v1")],
      [docker, { "io.containerd.image.name": "docker.io/library/app:v2", ...named("v2") }],
      [image, named("v3")],
      [other],
    ]);
    const path =
      kind === "tar"
        ? await writeTar("layout.tar", files)
        : await writeLayoutFolder(join(dir, "layout"), files);
    await using(path, "oci-layout", async (bundle) => {
      expect(bundle.format).toBe("oci-layout");
      expect(bundle.images).toEqual([
        { repository: "tkg/many", tag: "v1", digest: index.descriptor.digest, original: "tkg/many:v1" },
        {
          repository: "library/app",
          tag: "v2",
          digest: docker.descriptor.digest,
          original: "docker.io/library/app:v2",
        },
        { repository: "layout", tag: "v3", digest: image.descriptor.digest, original: "layout:v3" },
        {
          repository: "layout",
          digest: other.descriptor.digest,
          original: `layout@${other.descriptor.digest}`,
        },
      ]);
      expect(bundle.scope).toEqual({ referrers: false, foreignLayers: false });
      expect(await bundle.check()).toEqual([]);
      expect(await readAll(bundle, 0)).toEqual({ root: index.descriptor.digest, blobs: 5 });
      expect(await readAll(bundle, 1)).toEqual({ root: docker.descriptor.digest, blobs: 3 });
      const onDisk = bundle.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      let read = 0;
      await bundle.check({ onBytes: (count) => (read += count) });
      expect(read).toBeGreaterThan(0);
      expect(read).toBeLessThanOrEqual(onDisk);
    });
  });

  test("has what says something about an image with that image", async () => {
    const signature = buildReferrer(image.descriptor, "signed");
    const about = buildReferrer(signature.descriptor, "about the signature");
    const path = await writeTar("signed.tar", layoutOf([[image, named("a/b:v1")], [signature], [about]]));
    await using(path, "oci-layout", async (bundle) => {
      expect(bundle.images.map(({ digest }) => digest)).toEqual([image.descriptor.digest]);
      expect(bundle.scope.referrers).toBe(true);
      const listed = await bundle.source.listReferrers(parseRepository("a/b"), image.descriptor.digest);
      expect(listed).toMatchObject([
        { digest: signature.descriptor.digest, artifactType: "application/vnd.example.sbom.v1" },
      ]);
      expect(await bundle.check()).toEqual([]);
      expect(await readAll(bundle)).toMatchObject({ blobs: 6 });
    });
  });

  test("is checked no further when that is given up", async () => {
    const path = await writeTar("given-up.tar", layoutOf([[image, named("a:v1")]]));
    await using(path, "oci-layout", async (bundle) => {
      const checking = bundle.check({ signal: AbortSignal.abort() });
      await expect(checking).rejects.toMatchObject({ code: "cancelled" });
    });
  });

  test("has its last image of a name", async () => {
    const path = await writeTar(
      "twice.tar",
      layoutOf([
        [image, named("a:v1")],
        [docker, named("a:v1")],
      ]),
    );
    await using(path, "oci-layout", (bundle) => {
      expect(bundle.images.map(({ digest }) => digest)).toEqual([docker.descriptor.digest]);
      return Promise.resolve();
    });
  });

  test("lacks a blob, a manifest, or has another in its place", async () => {
    const config = image.blobs[0]?.descriptor.digest ?? "";
    const packed = layers[1]?.digest ?? "";
    const tries: [string, (files: ArchiveParts) => unknown, string[]][] = [
      ["a layer", (files) => files.delete(blobPath(packed)), ["bundle-content-missing"]],
      ["a configuration", (files) => files.delete(blobPath(config)), ["bundle-content-missing"]],
      [
        "the manifest",
        (files) => files.delete(blobPath(image.descriptor.digest)),
        ["bundle-content-missing"],
      ],
      ["content", (files) => files.set(blobPath(packed), Buffer.from("other")), ["bundle-content-damaged"]],
      [
        "a manifest's content",
        (files) => files.set(blobPath(image.descriptor.digest), other.raw),
        ["bundle-content-damaged"],
      ],
    ];
    for (const [what, spoil, expected] of tries) {
      const files = layoutOf([[image, named("a:v1")]]);
      spoil(files);
      await using(await writeTar("spoilt.tar", files), "oci-layout", async (bundle) => {
        const findings = await bundle.check();
        expect(codes(findings), what).toEqual(expected);
        expect(findings[0]?.facts.file).toBe("spoilt.tar");
      });
    }
  });

  test("is never believed when a bit is flipped in what an image is made of", async () => {
    const files = layoutOf([[image, named("a:v1")]]);
    const sound = await readFile(await writeTar("flipped.tar", files));
    const path = join(dir, "flipped.tar");
    await fc.assert(
      fc.asyncProperty(fc.nat(sound.byteLength - 1), fc.nat(7), async (at, bit) => {
        const spoilt = Buffer.from(sound);
        spoilt[at] = (spoilt[at] ?? 0) ^ (1 << bit);
        await writeFile(path, spoilt);
        try {
          await using(path, "oci-layout", async (bundle) => {
            if ((await bundle.check()).length > 0 || bundle.images.length === 0) return;
            // What the index says of names and annotations has no checksum.
            expect(bundle.images[0]?.digest).toBe(image.descriptor.digest);
            await readAll(bundle);
          });
        } catch (error) {
          if (!(error instanceof EngineError)) throw error;
        }
      }),
      { numRuns: 60 },
    );
  }, 30_000);

  test.each<[string, string, string]>([
    ["oci-layout", "not json", "bundle-document-invalid"],
    ["oci-layout", '{"imageLayoutVersion":"2.0.0"}', "bundle-document-invalid"],
    ["index.json", "[]", "bundle-document-invalid"],
    ["index.json", '{"schemaVersion":2,"manifests":[{"digest":"sha256:1"}]}', "bundle-document-invalid"],
    ["index.json", " ".repeat(4 * 1024 * 1024 + 1), "bundle-document-invalid"],
  ])("is refused with a wrong %s: %.40j", async (name, content, code) => {
    const files = layoutOf([[image, named("a:v1")]]).set(name, Buffer.from(content));
    const opening = openImageArchives([{ path: await writeTar("wrong.tar", files), format: "oci-layout" }]);
    await expect(opening).rejects.toMatchObject({ code, facts: { file: "wrong.tar" } });
  });

  test("in a folder has nothing that a link leads to", async () => {
    const folder = await writeLayoutFolder(join(dir, "with-link"), layoutOf([[image, named("a:v1")]]));
    const packed = join(folder, blobPath(layers[0]?.digest ?? ""));
    await rename(packed, join(dir, "elsewhere"));
    await symlink(join(dir, "elsewhere"), packed);
    await using(folder, "oci-layout", async (bundle) => {
      expect(codes(await bundle.check())).toEqual(["bundle-content-missing"]);
    });
  });

  test("is refused with a link", async () => {
    const link = tarBlocks({ name: "blobs/sha256/x", kind: "2", linkName: "/etc/passwd" });
    const path = await writeTar("linked.tar", layoutOf([[image, named("a:v1")]]), link);
    const opening = openImageArchives([{ path, format: "oci-layout" }]);
    await expect(opening).rejects.toMatchObject({ code: "tar-invalid", facts: { tarProblem: "link" } });
  });

  test("that refers to itself over and over is told as too complex", async () => {
    let inner: SampleManifest = image;
    for (let depth = 0; depth < 12; depth++) inner = buildIndex("oci", [{ platform: amd64, image: inner }]);
    await using(
      await writeTar("deep.tar", layoutOf([[inner, named("a:v1")]])),
      "oci-layout",
      async (bundle) => {
        expect(codes(await bundle.check())).toEqual(["image-too-complex"]);
      },
    );
  });
});

describe("a Docker archive", () => {
  test("gets the same manifest every time, of the layers as they are", async () => {
    const digests = new Set<string>();
    for (const name of ["saved.tar", "saved-again.tar"]) {
      await using(await writeTar(name, dockerArchiveOf()), "docker-archive", async (bundle) => {
        expect(bundle.format).toBe("docker-archive");
        const [found] = bundle.images;
        expect(found).toMatchObject({
          repository: "a/app",
          tag: "v1",
          original: "registry.example/a/app:v1",
        });
        digests.add(found?.digest ?? "");
        const { raw, descriptor } = await bundle.source.fetchManifest(
          parseRepository("a/app"),
          found?.digest ?? digestBytes(""),
        );
        const manifest = parseManifest(raw, descriptor.mediaType);
        if (manifest.kind !== "image") throw new Error("no image");
        expect(manifest.config?.digest).toBe(digestBytes(configOf(image)));
        expect(manifest.layers.map(({ digest }) => digest)).toEqual(layers.map(({ diffId }) => diffId));
        expect(manifest.layers.map(({ mediaType }) => mediaType)).toEqual([
          "application/vnd.oci.image.layer.v1.tar",
          "application/vnd.oci.image.layer.v1.tar",
        ]);
        expect(await bundle.check()).toEqual([]);
        expect((await readAll(bundle)).blobs).toBe(3);
      });
    }
    expect(digests.size).toBe(1);
  });

  test("has every image under every of its names, or by its digest", async () => {
    const first = dockerArchiveOf({ tags: ["app:v1", "app:latest", "ghcr.io/x/y:v1"] });
    await using(await writeTar("names.tar", first), "docker-archive", (bundle) => {
      expect(bundle.images.map(({ repository, tag }) => `${repository}:${tag ?? ""}`)).toEqual([
        "library/app:v1",
        "library/app:latest",
        "x/y:v1",
      ]);
      return Promise.resolve();
    });
    await using(
      await writeTar("no-name.tar", dockerArchiveOf({ tags: null })),
      "docker-archive",
      (bundle) => {
        expect(bundle.images).toEqual([
          expect.objectContaining({
            repository: "no-name",
            original: expect.stringMatching(/^no-name@sha256:/) as unknown,
          }),
        ]);
        expect(bundle.images[0]?.tag).toBeUndefined();
        return Promise.resolve();
      },
    );
  });

  test.each([
    ["2", `../${"1".repeat(64)}/layer.tar`],
    ["1", `${"1".repeat(64)}/layer.tar`],
    ["1", `./${"1".repeat(64)}/layer.tar`],
  ])("may have a layer that is a link (%s) to another image's", async (kind, linkName) => {
    const parts: [string, Uint8Array][] = [
      [`${"1".repeat(64)}/layer.tar`, unpacked("a")],
      [`${"2".repeat(64)}/layer.tar`, Buffer.alloc(0)],
    ];
    const config = configOf(
      buildImage({ format: "docker", platform: amd64, layers: [layer("a"), layer("a")] }),
    );
    const link = tarBlocks({ name: `${"2".repeat(64)}/layer.tar`, kind, linkName });
    const path = await writeTar("linked-layers.tar", dockerArchiveOf({ layers: parts, config }), link);
    await using(path, "docker-archive", async (bundle) => {
      expect(await bundle.check()).toEqual([]);
      expect((await readAll(bundle)).blobs).toBe(2);
    });
  });

  test.each(["/etc/passwd", "../../etc/passwd", "../x/layer.tar", `../${"2".repeat(64)}/layer.tar`])(
    "follows no link that leads nowhere in it: %s",
    async (linkName) => {
      const parts: [string, Uint8Array][] = [
        [`${"1".repeat(64)}/layer.tar`, unpacked("a")],
        [`${"2".repeat(64)}/layer.tar`, Buffer.alloc(0)],
      ];
      const link = tarBlocks({ name: `${"2".repeat(64)}/layer.tar`, kind: "2", linkName });
      const path = await writeTar("led-astray.tar", dockerArchiveOf({ layers: parts }), link);
      const opening = openImageArchives([{ path, format: "docker-archive" }]);
      await expect(opening).rejects.toMatchObject({ code: "bundle-file-missing" });
    },
  );

  test("may have packed layers, which are held to the configuration unpacked", async () => {
    const packed = (seed: string) => Buffer.concat([...layer(seed).content()]);
    const sound = dockerArchiveOf({
      layers: [
        ["a.tar.gz", packed("a")],
        ["b.tar.gz", packed("b")],
      ],
    });
    await using(await writeTar("packed.tar", sound), "docker-archive", async (bundle) => {
      expect(await bundle.check()).toEqual([]);
      expect((await readAll(bundle)).blobs).toBe(3);
    });
    const swapped = dockerArchiveOf({
      layers: [
        ["a.tar.gz", packed("a")],
        ["b.tar.gz", packed("c")],
      ],
    });
    await using(await writeTar("packed.tar", swapped), "docker-archive", async (bundle) => {
      expect(await bundle.check()).toMatchObject([
        { code: "bundle-content-damaged", facts: { digest: layers[1]?.diffId } },
      ]);
    });
    const bomb = gzipSync(Buffer.alloc(80 * 1024 * 1024));
    const bombed = dockerArchiveOf({
      layers: [
        ["a.tar.gz", packed("a")],
        ["b.tar.gz", bomb],
      ],
    });
    await using(await writeTar("packed.tar", bombed), "docker-archive", async (bundle) => {
      expect(codes(await bundle.check())).toEqual(["bundle-content-damaged"]);
    });
    const cut = dockerArchiveOf({
      layers: [
        ["a.tar.gz", packed("a")],
        ["b.tar.gz", packed("b").subarray(0, 900)],
      ],
    });
    await using(await writeTar("packed.tar", cut), "docker-archive", async (bundle) => {
      expect(codes(await bundle.check())).toEqual(["bundle-content-damaged"]);
    });
  }, 20_000);

  test("that is an image layout, too, is read as that when that is all there", async () => {
    const layout = layoutOf([[index, { "io.containerd.image.name": "docker.io/library/app:v1" }]]);
    const [config, ...rest] = image.blobs.map(({ descriptor }) => blobPath(descriptor.digest));
    const manifest = [{ Config: config, RepoTags: ["app:v1"], Layers: rest }];
    layout.set("manifest.json", Buffer.from(JSON.stringify(manifest)));
    await using(await writeTar("new.tar", layout), "docker-archive", async (bundle) => {
      expect(bundle.format).toBe("docker-archive");
      expect(bundle.images).toMatchObject([{ repository: "library/app", digest: index.descriptor.digest }]);
      expect(await bundle.check()).toEqual([]);
    });
    // One platform was pulled, and the index names the others, too.
    layout.delete(blobPath(other.descriptor.digest));
    await using(await writeTar("new.tar", layout), "docker-archive", async (bundle) => {
      expect(bundle.images).toMatchObject([{ repository: "library/app", tag: "v1" }]);
      expect(await bundle.check()).toEqual([]);
      expect((await readAll(bundle)).blobs).toBe(3);
    });
  });

  test("has a layer that is not the configuration's, or of another size in another image", async () => {
    const parts: [string, Uint8Array][] = [
      ["a/layer.tar", unpacked("a")],
      ["b/layer.tar", unpacked("c")],
    ];
    await using(
      await writeTar("wrong.tar", dockerArchiveOf({ layers: parts })),
      "docker-archive",
      async (bundle) => {
        expect(await bundle.check()).toMatchObject([
          { code: "bundle-content-damaged", facts: { file: "wrong.tar", digest: layers[1]?.diffId } },
        ]);
        await expect(readAll(bundle)).rejects.toMatchObject({ code: "bundle-content-damaged" });
      },
    );
  });

  test.each<[string, string, DockerOptions]>([
    [
      "bundle-content-damaged",
      "a configuration that is not its name",
      { configName: `${"0".repeat(64)}.json` },
    ],
    ["bundle-document-invalid", "a configuration that is none", { config: Buffer.from("{}") }],
    ["bundle-document-invalid", "too few layers", { layers: [["a/layer.tar", unpacked("a")]] }],
  ])("is refused (%s) with %s", async (code, _, options) => {
    const path = await writeTar("refused.tar", dockerArchiveOf(options));
    const opening = openImageArchives([{ path, format: "docker-archive" }]);
    await expect(opening).rejects.toMatchObject({ code, facts: { file: "refused.tar" } });
  });

  test("of any JSON is read or refused", async () => {
    const path = join(dir, "any.tar");
    const field = fc.constantFrom("Config", "RepoTags", "Layers");
    await fc.assert(
      fc.asyncProperty(field, fc.jsonValue(), fc.boolean(), async (name, value, inConfig) => {
        const config = inConfig ? Buffer.from(JSON.stringify(value)) : configOf(image);
        const files = dockerArchiveOf({ config });
        const [record] = JSON.parse(Buffer.from(files.get("manifest.json") ?? []).toString()) as object[];
        const changed = [{ ...record, ...(!inConfig && { [name]: value }) }];
        files.set("manifest.json", Buffer.from(JSON.stringify(changed)));
        await writeArchive(path, files);
        await using(path, "docker-archive", (bundle) => bundle.check()).catch((error: unknown) => {
          if (!(error instanceof EngineError)) throw error;
        });
      }),
      { numRuns: 60 },
    );
  }, 20_000);

  test("with one image that cannot be read is not whole", async () => {
    const files = dockerArchiveOf();
    const [good] = JSON.parse(Buffer.from(files.get("manifest.json") ?? []).toString()) as object[];
    files.set(
      "manifest.json",
      Buffer.from(JSON.stringify([good, { ...good, Config: "gone.json", RepoTags: ["x:1"] }])),
    );
    await using(await writeTar("partly.tar", files), "docker-archive", async (bundle) => {
      expect(bundle.images).toHaveLength(1);
      expect(codes(await bundle.check())).toEqual(["bundle-file-missing"]);
    });
  });

  test("is refused cut short anywhere, or packed", async () => {
    const path = await writeTar("cut.tar", dockerArchiveOf());
    const sound = await readFile(path);
    for (let length = sound.byteLength - 1024; length > 0; length -= 1111) {
      await writeFile(path, sound);
      await truncate(path, length);
      const opening = openImageArchives([{ path, format: "docker-archive" }]);
      await expect(opening).rejects.toThrow(/tar-invalid|bundle-file-truncated/);
    }
    await writeFile(path, gzipSync(sound));
    const opening = openImageArchives([{ path, format: "docker-archive" }]);
    await expect(opening).rejects.toMatchObject({ code: "bundle-file-packed" });
  });
});

describe("several archives", () => {
  test("are one bundle", async () => {
    const places = [
      { path: await writeTar("one.tar", layoutOf([[image, named("a:v1")]])), format: "oci-layout" },
      {
        path: await writeTar("two.tar", dockerArchiveOf({ tags: ["x.example/b:v1"] })),
        format: "docker-archive",
      },
    ] as const;
    const bundle = await openImageArchives(places, { name: "both" });
    expect(bundle.name).toBe("both");
    expect(bundle.images.map(({ repository, tag }) => `${repository}:${tag ?? ""}`)).toEqual([
      "a:v1",
      "b:v1",
    ]);
    expect(bundle.files.map(({ name }) => name)).toEqual(["one.tar", "two.tar"]);
    expect(await bundle.check()).toEqual([]);
    for (const at of [0, 1]) await readAll(bundle, at);
    await bundle.close();
  });

  test("are refused when they have different images of one name", async () => {
    const places = [
      { path: await writeTar("one.tar", layoutOf([[image, named("a:v1")]])), format: "oci-layout" },
      { path: await writeTar("two.tar", layoutOf([[other, named("a:v1")]])), format: "oci-layout" },
    ] as const;
    await expect(openImageArchives(places)).rejects.toMatchObject({
      code: "bundle-document-invalid",
      facts: { file: "two.tar", field: "a:v1" },
    });
  });
});
