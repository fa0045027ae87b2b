import type { ContentSource } from "#lib/engine/mirror/content.ts";
import { readImageFile, type StoredImage } from "#lib/engine/mirror/image-file.ts";
import type { Digest } from "#lib/engine/oci/digest.ts";
import { EngineError } from "#lib/engine/oci/errors.ts";

/** The dependencies.txt of a getting-started-airgapped image. */
export interface GettingStarted {
  /** As it stands in the image: byte order mark and line ends included. */
  readonly text: string;
  /** Of the image, or of the index that the tag means. */
  readonly digest: Digest;
}

/** Where Cloud Director's documentation finds it: `cd temp_container_fs/src/artifact`. */
const dependenciesPath = "/src/artifact/dependencies.txt";

const limits = {
  // Some thousand images; the real ones have a few dozen.
  maxFileBytes: 1024 * 1024,
  // The image may stand on a base with a shell and tools.
  maxLayerBytes: 4 * 1024 * 1024 * 1024,
};

/**
 * Reads dependencies.txt straight out of an image, which no one has to unpack.
 *
 * @param image such as `vmware-cloud-director/getting-started-airgapped:v0.1.4`
 * @throws EngineError with the registry, the image and the file: `manifest-not-found`, `image-file-missing`,
 * `image-file-invalid` for one above 1 MiB or that is no UTF-8; others as the source does
 */
export async function readGettingStarted(
  source: Pick<ContentSource, "fetchManifest" | "openBlob" | "name" | "side">,
  image: StoredImage,
  signal?: AbortSignal,
): Promise<GettingStarted> {
  const { repository, reference } = image;
  const facts = { registry: source.name, side: source.side, repository, reference, file: dependenciesPath };
  try {
    const { content, digest } = await readImageFile(source, image, dependenciesPath, { limits, signal });
    return { text: decode(content), digest };
  } catch (error) {
    throw error instanceof EngineError ? error.withFacts(facts) : error;
  }
}

function decode(content: Uint8Array): string {
  try {
    // The mark is part of the file: what is edited and given back has it again.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch (cause) {
    throw new EngineError("image-file-invalid", { operation: "read-file", retryable: false }, cause);
  }
}
