// https://github.com/opencontainers/image-spec/blob/main/media-types.md
// https://distribution.github.io/distribution/spec/manifest-v2-2/
export const ociImageManifest = "application/vnd.oci.image.manifest.v1+json";
export const ociImageIndex = "application/vnd.oci.image.index.v1+json";
/** Of release candidates of the image specification 1.1 only; signatures of that time are still kept so. */
export const ociArtifactManifest = "application/vnd.oci.artifact.manifest.v1+json";
export const ociImageConfig = "application/vnd.oci.image.config.v1+json";
export const ociLayerGzip = "application/vnd.oci.image.layer.v1.tar+gzip";
export const dockerImageManifest = "application/vnd.docker.distribution.manifest.v2+json";
export const dockerManifestList = "application/vnd.docker.distribution.manifest.list.v2+json";
export const dockerImageConfig = "application/vnd.docker.container.image.v1+json";
export const dockerLayerGzip = "application/vnd.docker.image.rootfs.diff.tar.gzip";

/** What a manifest request accepts, preferred kinds first. */
export const acceptedManifests = [
  ociImageIndex,
  ociImageManifest,
  dockerManifestList,
  dockerImageManifest,
  ociArtifactManifest,
].join(", ");

export function isIndexMediaType(mediaType: string): boolean {
  return mediaType === ociImageIndex || mediaType === dockerManifestList;
}

export function isImageMediaType(mediaType: string): boolean {
  return [ociImageManifest, dockerImageManifest, ociArtifactManifest].includes(mediaType);
}

/** Layers that a registry may not hold; they are fetched from elsewhere by whoever runs the image. */
export function isForeignLayer(mediaType: string): boolean {
  return (
    mediaType.startsWith("application/vnd.docker.image.rootfs.foreign.") ||
    mediaType.startsWith("application/vnd.oci.image.layer.nondistributable.")
  );
}
