import { buildFileImage } from "#lib/demo/file-image.ts";
import { fillRegistry } from "#lib/demo/fill-registry.ts";
import { parseRepository, parseTag } from "#lib/engine/oci/reference.ts";
import { readStack } from "./stack.ts";

const kubernetesRelease = "v1.24.10+vmware.1-tkg.2";

/**
 * Gives the vendor's registry a small version of TKG: `pause:3.7` is there, the other images of its bill of materials are
 * only named.
 *
 * @param images `path:tag` each, of the Kubernetes release's bill of materials
 */
export async function pushBoms(folder: string, version: string, images: readonly string[]): Promise<void> {
  const bom = (named: readonly string[]) =>
    JSON.stringify({
      release: { version },
      components: Object.fromEntries(
        named.map((name) => {
          const [imagePath = "", tag = ""] = name.split(":");
          return [imagePath, [{ version: "v1", images: { one: { imagePath, tag } } }]] as const;
        }),
      ),
    });
  const supported = { version, supportedKubernetesVersions: [kubernetesRelease] };
  const files: Readonly<Record<string, readonly [path: string, content: string]>> = {
    "tkg-compatibility:v1": [
      "tkg-compatibility.yaml",
      JSON.stringify({ managementClusterPluginVersions: [] }),
    ],
    [`tkg-bom:${version}`]: [`tkg-bom-${version}.yaml`, bom(["pause:3.7"])],
    "tkr-compatibility:v1": [
      "tkr-compatibility.yaml",
      JSON.stringify({ managementClusterVersions: [supported] }),
    ],
    [`tkr-bom:${kubernetesRelease.replace("+", "_")}`]: [`tkr-bom-${kubernetesRelease}.yaml`, bom(images)],
    "pause:3.7": ["pause", "a pause"],
  };
  await fillRegistry(`http://${readStack().vendorHost}`, {
    images: Object.entries(files).map(([name, [path, content]]) => {
      const [repository = "", tag = ""] = name.split(":");
      return {
        repository: parseRepository(`${folder}/${repository}`),
        tag: parseTag(tag),
        build: () => ({ root: buildFileImage([{ path, content }]), relocated: [] }),
      };
    }),
  });
}
