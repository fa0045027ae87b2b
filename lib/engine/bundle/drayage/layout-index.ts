import { parseManifest } from "../../oci/manifests.ts";
import { digestBytes, type Digest } from "../../oci/digest.ts";
import { isIndexMediaType, ociImageIndex, ociImageManifest } from "../../oci/media-types.ts";
import type { TaggedRoot } from "./collect-parts.ts";

/** Image layout specification, "index.json File": the name of an image. */
const nameAnnotation = "org.opencontainers.image.ref.name";
const ociMediaTypes: ReadonlySet<string> = new Set([ociImageIndex, ociImageManifest]);

/** Something that is only in a volume for the sake of other tools. */
interface Wrapper {
  readonly digest: Digest;
  readonly content: Uint8Array;
}

/**
 * The `index.json` of a volume. skopeo finds nothing in it but what is of OCI's media types, so an image of Docker's is
 * named twice: first by an OCI index around it, then as it is, which is what other tools take.
 */
export function formatLayoutIndex(roots: readonly TaggedRoot[]): Uint8Array {
  const manifests = roots.flatMap((root) => describeRoot(root));
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: ociImageIndex, manifests }));
}

function describeRoot(root: TaggedRoot) {
  const { repository, tag, manifest } = root;
  const { mediaType, digest, sizeBytes } = manifest.descriptor;
  const name = tag === undefined ? `${repository}@${digest}` : `${repository}:${tag}`;
  const annotations = { [nameAnnotation]: name };
  const wrapper = wrapRoot(root);
  return [
    ...(wrapper
      ? [{ mediaType: ociImageIndex, digest: wrapper.digest, size: wrapper.content.byteLength, annotations }]
      : []),
    { mediaType, digest, size: sizeBytes, annotations },
  ];
}

/** What a root takes in `index.json`. */
export function measureRoot(root: TaggedRoot): number {
  return JSON.stringify(describeRoot(root)).length;
}

/** The OCI index around an image of Docker's media types; null for one of OCI's. */
export function wrapRoot({ manifest: { descriptor, raw } }: TaggedRoot): Wrapper | null {
  const { mediaType, digest, sizeBytes } = descriptor;
  if (ociMediaTypes.has(mediaType)) return null;
  const parsed = isIndexMediaType(mediaType) ? parseManifest(raw, mediaType) : null;
  const manifests =
    parsed?.kind === "index"
      ? parsed.manifests.map(({ mediaType, digest, sizeBytes, platform }) => ({
          mediaType,
          digest,
          size: sizeBytes,
          ...(platform && {
            platform: {
              os: platform.os,
              architecture: platform.architecture,
              ...(platform.variant !== undefined && { variant: platform.variant }),
              ...(platform.osVersion !== undefined && { "os.version": platform.osVersion }),
            },
          }),
        }))
      : [{ mediaType, digest, size: sizeBytes }];
  const content = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: ociImageIndex, manifests }));
  return { digest: digestBytes(content), content };
}
