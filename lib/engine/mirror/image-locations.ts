import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { stringify as stringifyYaml } from "yaml";
import { digestBytes } from "../oci/digest.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { dockerImageConfig, dockerImageManifest, dockerLayerGzip } from "../oci/media-types.ts";
import type { ManifestContent } from "./content.ts";

/** Where imgpkg found an image of a bundle, as the bundle's lock file names it. */
export interface ImageLocation {
  readonly image: string;
  readonly isBundle: boolean;
}

/** A blob that no store holds yet. */
interface MadeBlob {
  readonly descriptor: Descriptor;
  readonly content: Uint8Array;
}

/** The file that imgpkg looks for in the image. */
const locationsFile = "image-locations.yml";

/**
 * The image that tells imgpkg which of a bundle's images are bundles, so that it need not look at each of them: one
 * layer with one file. The same locations always make the same image.
 *
 * https://github.com/carvel-dev/imgpkg/blob/develop/pkg/imgpkg/bundle/locations_configs.go
 */
export async function buildImageLocations(
  locations: readonly ImageLocation[],
): Promise<{ readonly manifest: ManifestContent; readonly blobs: readonly MadeBlob[] }> {
  const images = [...locations].sort((a, b) => (a.image < b.image ? -1 : 1));
  const document = { apiVersion: "imgpkg.carvel.dev/v1alpha1", images, kind: "ImageLocations" };
  const tar = await packFile(locationsFile, `---\n${stringifyYaml(document)}`);
  const layer = describe(gzipSync(tar), dockerLayerGzip);
  const config = describe(
    Buffer.from(
      JSON.stringify({
        architecture: "amd64",
        os: "linux",
        config: {},
        rootfs: { type: "layers", diff_ids: [digestBytes(tar)] },
      }),
    ),
    dockerImageConfig,
  );
  const name = ({ descriptor: { mediaType, digest, sizeBytes } }: MadeBlob) => ({
    mediaType,
    size: sizeBytes,
    digest,
  });
  const raw = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: dockerImageManifest,
      config: name(config),
      layers: [name(layer)],
    }),
  );
  const { descriptor } = describe(raw, dockerImageManifest);
  return { manifest: { descriptor, raw }, blobs: [config, layer] };
}

function describe(content: Uint8Array, mediaType: string): MadeBlob {
  const descriptor = { mediaType, digest: digestBytes(content), sizeBytes: content.byteLength };
  return { descriptor, content };
}

async function packFile(name: string, content: string): Promise<Uint8Array> {
  const archive = pack();
  archive.entry({ name, mode: 0o600, mtime: new Date(0) }, content);
  archive.finalize();
  return buffer(archive);
}
