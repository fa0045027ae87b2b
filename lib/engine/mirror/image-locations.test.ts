import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { digestBytes } from "../oci/digest.ts";
import { parseManifest } from "../oci/manifests.ts";
import { dockerLayerGzip } from "../oci/media-types.ts";
import { buildImageLocations } from "./image-locations.ts";
import { findLayerFile } from "./layer-file.ts";

const locations = ["b", "a"].map((name) => ({
  image: `registry.example.com/${name}@${digestBytes(name)}`,
  isBundle: name === "b",
}));

test("is one Docker layer with the file that imgpkg reads, its images in order", async () => {
  const { manifest, blobs } = await buildImageLocations(locations);
  const { descriptor, raw } = manifest;
  expect(descriptor).toMatchObject({ digest: digestBytes(raw), sizeBytes: raw.byteLength });
  const [config, layer] = blobs;
  const { config: named, ...parsed } = parseManifest(raw, descriptor.mediaType) as Extract<
    ReturnType<typeof parseManifest>,
    { kind: "image" }
  >;
  expect(named).toEqual(config.descriptor);
  expect(parsed.layers).toEqual([layer.descriptor]);
  expect(parsed.layers[0]?.mediaType).toBe(dockerLayerGzip);
  const { content } = layer;
  const file = await findLayerFile(
    (async function* () {
      await Promise.resolve();
      yield content;
    })(),
    "image-locations.yml",
    { maxFileBytes: 10_000, maxLayerBytes: 100_000 },
  );
  expect(parseYaml(Buffer.from(file.kind === "file" ? file.content : []).toString("utf8"))).toEqual({
    apiVersion: "imgpkg.carvel.dev/v1alpha1",
    kind: "ImageLocations",
    images: [locations[1], locations[0]],
  });
  const { rootfs } = JSON.parse(Buffer.from(config.content).toString("utf8")) as {
    rootfs: { diff_ids: string[] };
  };
  expect(rootfs.diff_ids).toEqual([digestBytes(gunzipSync(content))]);
});

test("is the same for the same locations, in whatever order", async () => {
  const [one, other] = [
    await buildImageLocations(locations),
    await buildImageLocations(locations.toReversed()),
  ];
  expect(one.manifest.descriptor.digest).toBe(other.manifest.descriptor.digest);
});
