import type { Platform } from "#lib/engine/oci/descriptor.ts";
import { formatPlatform } from "#lib/engine/oci/descriptor.ts";
import type { Repository, Tag } from "#lib/engine/oci/reference.ts";
import { type BaseName, buildBaseLayer } from "./base-layers.ts";
import type { LayerFile } from "./layer-content.ts";
import { pickLayerBytes, pickPseudoRandom, type Recipe } from "./random.ts";
import {
  buildImage,
  buildIndex,
  buildLayer,
  type ImageFormat,
  type SampleLayer,
  type SampleManifest,
} from "./sample-image.ts";

const linuxAmd64: Platform = { os: "linux", architecture: "amd64" };
const linuxArm64: Platform = { os: "linux", architecture: "arm64" };
const windowsAmd64: Platform = { os: "windows", architecture: "amd64", osVersion: "10.0.17763.3887" };

/** What the vendor publishes for two architectures; all upstream projects do. */
const multiPlatform =
  /^(?!tkg\/|vmware-cloud-director\/)|^tkg\/(antrea|calico-all\/|contour|coredns|envoy|etcd|kapp-controller|kind\/|kube-|metrics-server|pause|prometheus\/)/;

/** More often Photon, as the vendor's own images. */
const baseChoices: [BaseName, ...BaseName[]] = ["photon", "photon", "photon", "debian", "distroless"];
const formatChoices: [ImageFormat, ...ImageFormat[]] = ["docker", "docker", "docker", "oci", "oci"];

/** Makes the image, or the index of two, of one component. Base layers are made once per builder. */
export function createComponentBuilder(recipe: Recipe) {
  const baseLayers = new Map<string, SampleLayer>();
  const findBaseLayer = (base: BaseName, platform: Platform) => {
    const key = `${base}/${formatPlatform(platform)}`;
    const layer = baseLayers.get(key) ?? buildBaseLayer(base, platform, recipe);
    baseLayers.set(key, layer);
    return layer;
  };

  return (repository: Repository, tag: Tag): SampleManifest => {
    const place = `${recipe.seed}/${repository}:${tag}`;
    const name = repository.slice(repository.lastIndexOf("/") + 1);
    const format = pickPseudoRandom(`${place}/format`, formatChoices);
    // Versions of one image stand on one base.
    const base = pickPseudoRandom(`${recipe.seed}/${repository}/base`, baseChoices);
    const buildFor = (platform: Platform) =>
      buildImage({
        format,
        platform,
        entrypoint: `/usr/bin/${name}`,
        labels: { "org.opencontainers.image.title": name, "org.opencontainers.image.version": tag },
        layers: [
          ...(platform.os === "linux" ? [findBaseLayer(base, platform)] : []),
          ...buildOwnLayers(name, tag, `${place}/${formatPlatform(platform)}`, recipe.scale),
        ],
      });
    if (tag.includes("windows")) return buildFor(windowsAmd64);
    if (!multiPlatform.test(repository)) return buildFor(linuxAmd64);
    return buildIndex(
      format,
      [linuxAmd64, linuxArm64].map((platform) => ({ platform, image: buildFor(platform) })),
    );
  };
}

function buildOwnLayers(name: string, tag: string, place: string, scale: number): SampleLayer[] {
  const count = pickPseudoRandom(`${place}/layers`, [1, 2, 2, 3]);
  const about: LayerFile[] = [
    { path: `etc/${name}/config.yaml`, content: `name: ${name}\nversion: ${tag}\nlogLevel: info\n` },
    {
      path: `usr/share/doc/${name}/README.md`,
      content: `# ${name} ${tag}\n\nSample content in the shape of the real image; it does not run.\n`,
    },
  ];
  return Array.from({ length: count }, (_, index) => {
    const seed = `${place}/layer/${index}`;
    const block: LayerFile = {
      path: index === 0 ? `usr/bin/${name}` : `usr/lib/${name}/part-${index}.bin`,
      content: { seed, sizeBytes: pickLayerBytes(seed, scale) },
      executable: index === 0,
    };
    return buildLayer(index === 0 ? [...about, block] : [block]);
  });
}
