import type { LayerFile } from "./layer-content.ts";
import { buildImage, buildLayer, type SampleManifest } from "./sample-image.ts";

/** An image that only carries files, as `imgpkg push` makes it: one layer, Docker's media types, no base. */
export function buildFileImage(
  files: readonly LayerFile[],
  labels?: Readonly<Record<string, string>>,
): SampleManifest {
  return buildImage({
    format: "docker",
    platform: { os: "linux", architecture: "amd64" },
    layers: [buildLayer(files)],
    ...(labels && { labels }),
  });
}
