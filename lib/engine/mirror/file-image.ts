import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import type { Descriptor } from "../oci/descriptor.ts";
import { digestBytes } from "../oci/digest.ts";
import { dockerImageConfig, dockerImageManifest, dockerLayerGzip } from "../oci/media-types.ts";
import type { ManifestContent } from "./content.ts";

/** A blob that no store holds yet. */
interface MadeBlob {
  readonly descriptor: Descriptor;
  readonly content: Uint8Array;
}

/** An image that no store holds yet. */
export interface MadeImage {
  readonly manifest: ManifestContent;
  /** The configuration, then the layer. */
  readonly blobs: readonly [MadeBlob, MadeBlob];
}

/**
 * An image of one layer with one file, as `imgpkg push -i -f` makes it. The same file always makes the same image.
 *
 * https://github.com/carvel-dev/imgpkg/blob/develop/pkg/imgpkg/image/file_image.go
 */
export async function makeFileImage(name: string, content: Uint8Array | string): Promise<MadeImage> {
  const tar = await packFile(name, content);
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
  const pointAt = ({ descriptor: { mediaType, digest, sizeBytes } }: MadeBlob) => ({
    mediaType,
    size: sizeBytes,
    digest,
  });
  const raw = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: dockerImageManifest,
      config: pointAt(config),
      layers: [pointAt(layer)],
    }),
  );
  const { descriptor } = describe(raw, dockerImageManifest);
  return { manifest: { descriptor, raw }, blobs: [config, layer] };
}

function describe(content: Uint8Array, mediaType: string): MadeBlob {
  const descriptor = { mediaType, digest: digestBytes(content), sizeBytes: content.byteLength };
  return { descriptor, content };
}

async function packFile(name: string, content: Uint8Array | string): Promise<Uint8Array> {
  const archive = pack();
  archive.entry({ name, mode: 0o600, mtime: new Date(0) }, Buffer.from(content));
  archive.finalize();
  return buffer(archive);
}
