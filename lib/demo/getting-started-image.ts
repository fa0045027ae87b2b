import { buildImage, buildLayer, type SampleManifest } from "./sample-image.ts";

const folder = "src/artifact";

/**
 * An image in the shape of the vendor's getting-started-airgapped, whose build leaves traces in its layers: the list is
 * replaced by a later one, a draft is deleted, and the folder of an earlier version is emptied.
 *
 * @param dependencies the text of `/src/artifact/dependencies.txt`, as a container sees it
 */
export function buildGettingStartedImage(dependencies: string | Uint8Array): SampleManifest {
  const layers = [
    [
      { path: `${folder}/bom.json`, content: `${JSON.stringify({ name: "getting-started-airgapped" })}\n` },
      {
        path: `${folder}/dependencies.txt`,
        content: "registry.example.com/of-an-earlier-build replaced v0.0.1\n",
      },
      { path: `${folder}/dependencies.txt.draft`, content: "# not for anyone's eyes\n" },
      { path: `${folder}/old/dependencies.txt`, content: "registry.example.com emptied v0.0.1\n" },
    ],
    [
      {
        path: `${folder}/getting_started.sh`,
        content: '#!/bin/sh\necho "Sample content in the shape of the real image; it copies nothing."\n',
        executable: true,
      },
      { path: `${folder}/dependencies.txt`, content: dependencies },
      // Whiteouts: https://github.com/opencontainers/image-spec/blob/main/layer.md
      { path: `${folder}/.wh.dependencies.txt.draft`, content: "" },
      { path: `${folder}/old/.wh..wh..opq`, content: "" },
    ],
    [{ path: "licenses/README.md", content: "# Licenses\n\nNone: sample content.\n" }],
  ];
  return buildImage({
    format: "docker",
    platform: { os: "linux", architecture: "amd64" },
    layers: layers.map(buildLayer),
    labels: { "org.opencontainers.image.title": "getting-started-airgapped" },
  });
}
