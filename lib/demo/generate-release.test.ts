import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { digestBytes } from "#lib/engine/oci/digest.ts";
import { isIndexMediaType } from "#lib/engine/oci/media-types.ts";
import { generateRelease, type ReleaseImage, type SampleContent } from "./generate-release.ts";
import type { SampleBlob, SampleManifest } from "./sample-image.ts";

const scale = 0.01;

function listBlobs(manifest: SampleManifest): readonly SampleBlob[] {
  return [...manifest.blobs, ...manifest.children.flatMap(listBlobs)];
}

function listAllBlobs({ root, relocated }: SampleContent): SampleBlob[] {
  return [root, ...relocated.map(({ manifest }) => manifest)].flatMap(listBlobs);
}

const readBlob = (blob: SampleBlob | undefined) => Buffer.concat([...(blob?.content() ?? [])]);
const sumBytes = (blobs: readonly SampleBlob[]) =>
  [...new Map(blobs.map(({ descriptor }) => [descriptor.digest, descriptor.sizeBytes])).values()].reduce(
    (sum, size) => sum + size,
    0,
  );

let release: readonly ReleaseImage[];
beforeAll(() => {
  release = generateRelease({ scale });
});

const contentOf = (repository: string) => {
  const image = release.find((each) => each.repository === repository);
  if (!image) throw new Error(`no ${repository}`);
  return image.build();
};

test("holds all lists, and no name twice: one registry stands in for all of the vendor's", () => {
  expect(release).toHaveLength(222 + 20 + 1 + 17 + 22);
  expect(new Set(release.map((image) => `${image.repository}:${image.tag}`)).size).toBe(release.length);
});

test("gives the same digests at every run and on every machine", () => {
  const hashRelease = (images: readonly ReleaseImage[]) => {
    const hash = createHash("sha256");
    for (const image of images) {
      const { root, relocated } = image.build();
      hash.update(`${image.repository}:${image.tag}@${root.descriptor.digest}\n`);
      for (const { tag, manifest } of relocated) hash.update(`${tag}@${manifest.descriptor.digest}\n`);
    }
    return hash.digest("hex");
  };
  expect(hashRelease(release)).toBe("2ffe36cd2669380539e989eade4b9dd5a08bbcb55afe76d34bb5e7b59b4e4dd3");
  expect(hashRelease(generateRelease({ scale }))).toBe(hashRelease(release));
  expect(hashRelease(generateRelease({ scale, seed: "another" }))).not.toBe(hashRelease(release));
});

test("has layers and configurations that are what their descriptors and diff ids say", () => {
  for (const image of release.filter((_image, index) => index % 9 === 0)) {
    for (const manifest of [image.build().root].flatMap((root) => [root, ...root.children])) {
      for (const blob of manifest.blobs) {
        const bytes = readBlob(blob);
        expect(digestBytes(bytes)).toBe(blob.descriptor.digest);
        expect(bytes.byteLength).toBe(blob.descriptor.sizeBytes);
      }
      const [config, ...layers] = manifest.blobs;
      if (!config) continue;
      const { rootfs } = JSON.parse(readBlob(config).toString()) as { rootfs: { diff_ids: string[] } };
      expect(rootfs.diff_ids).toEqual(layers.map((layer) => digestBytes(gunzipSync(readBlob(layer)))));
    }
  }
});

// Hashes all of it, which takes seconds where other work is done beside.
test("stays within a few hundred megabytes, and within twenty for tests", { timeout: 60_000 }, () => {
  const total = (images: readonly ReleaseImage[]) =>
    sumBytes(images.flatMap((image) => listAllBlobs(image.build())));
  expect(total(generateRelease({ scale: 0.05 }))).toBeLessThan(20e6);
  const full = total(generateRelease());
  expect(full).toBeGreaterThan(150e6);
  expect(full).toBeLessThan(300e6);
});

test("mixes formats, shares bases and has indexes of two platforms", () => {
  const roots = release.map((image) => image.build().root);
  const indexes = roots.filter((root) => isIndexMediaType(root.descriptor.mediaType));
  expect(indexes.length).toBeGreaterThan(20);
  expect(indexes.every((index) => index.children.length === 2)).toBe(true);
  expect(new Set(roots.map((root) => root.descriptor.mediaType)).size).toBe(4);
  const uses = Map.groupBy(roots.flatMap(listBlobs), (blob) => blob.descriptor.digest);
  expect([...uses.values()].filter((blobs) => blobs.length > 20).length).toBeGreaterThanOrEqual(3);
});

describe("bundles", () => {
  const readLock = ({ root }: SampleContent) => {
    const text = gunzipSync(readBlob(root.blobs[1])).toString("latin1");
    return [...text.matchAll(/^ {2}image: (\S+)@(sha256:[a-f0-9]{64})$/gm)].map(
      ([, name = "", digest = ""]) => ({
        name,
        digest,
      }),
    );
  };

  test("carry the label, and every image they list stands in their own repository", () => {
    const bundles = release.filter((image) => image.kind === "bundle");
    expect(bundles).toHaveLength(25 + 13);
    for (const bundle of bundles) {
      const content = bundle.build();
      expect(readBlob(content.root.blobs[0]).toString()).toContain('"dev.carvel.imgpkg.bundle":"true"');
      const listed = readLock(content);
      expect(listed.length).toBeGreaterThanOrEqual(1);
      expect(listed.length).toBeLessThanOrEqual(4);
      for (const { digest } of listed) {
        const nested = content.relocated.find(({ manifest }) => manifest.descriptor.digest === digest);
        expect(nested?.tag).toBe(`${digest.replace(":", "-")}.imgpkg`);
      }
    }
  });

  test("nest: a package repository brings the images of its packages", () => {
    const repository = contentOf("tkg/packages/core/repo");
    const inner = contentOf("tkg/packages/core/addons-manager");
    expect(readLock(repository).map(({ name }) => name)).toContain(
      "projects.registry.vmware.com/tkg/packages/core/addons-manager",
    );
    const digests = repository.relocated.map(({ manifest }) => manifest.descriptor.digest as string);
    for (const { digest } of readLock(inner)) expect(digests).toContain(digest);
  });

  test("name some images that can be found nowhere else", () => {
    const names = release
      .filter((image) => image.kind === "bundle")
      .flatMap((bundle) => readLock(bundle.build()));
    expect(names.some(({ name }) => name.startsWith("build.example.internal/"))).toBe(true);
  });
});
