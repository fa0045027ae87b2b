import { basename } from "node:path";
import { computeChecksums } from "../checksums/compute-checksums.ts";
import { BlobProof } from "../oci/blob-proof.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { EngineError } from "../oci/errors.ts";
import { bundleError } from "./bundle-error.ts";
import type { BundleWriter } from "./bundle-writer.ts";
import type { BundledFile } from "./drayage/bundle-document.ts";
import { extraFileDigest } from "./drayage/volume-pieces.ts";
import { openFile, stream } from "./random-access.ts";

/** A file on this machine that travels along with a bundle. */
export interface ExtraFile {
  readonly path: string;
  readonly described: BundledFile;
}

export interface ReadOptions {
  /** Hears how many more bytes have been read. */
  readonly onBytes?: ((count: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Reads a file for what a bundle says of it. @throws EngineError `bundle-file-missing`, `disk-failed` */
export async function describeExtraFile(path: string, options: ReadOptions = {}): Promise<ExtraFile> {
  const file = await openFile(path, path);
  try {
    const { sizeBytes, sha1, sha256, md5 } = await computeChecksums(counted(stream(file, options), options));
    return { path, described: { name: basename(path), sizeBytes, sha1, sha256, md5 } };
  } finally {
    await file.close();
  }
}

/**
 * Puts a file into the bundle that is being written, unless it is there.
 *
 * @throws EngineError `file-changed` when it is no longer what it was described as; `disk-full`, `disk-failed`
 */
export async function writeExtraFile(
  writer: BundleWriter,
  { path, described }: ExtraFile,
  options: ReadOptions = {},
): Promise<void> {
  const digest = extraFileDigest(described);
  if (writer.has(digest)) return;
  const blob: Descriptor = { digest, sizeBytes: described.sizeBytes, mediaType: "application/octet-stream" };
  const file = await openFile(path, path);
  try {
    let position = 0;
    const content = new BlobProof(blob).verify(stream(file, options), 0);
    for await (const chunk of counted(explained(content, path), options)) {
      await writer.write(digest, position, chunk);
      position += chunk.byteLength;
    }
    await writer.complete(digest);
  } finally {
    await file.close();
  }
}

async function* explained(content: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* content;
  } catch (error) {
    if (!(error instanceof EngineError) || !["digest-mismatch", "size-mismatch"].includes(error.code))
      throw error;
    throw bundleError("file-changed", { operation: "read-file", file }, error);
  }
}

async function* counted(
  content: AsyncIterable<Uint8Array>,
  { onBytes }: ReadOptions,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) {
    yield chunk;
    onBytes?.(chunk.byteLength);
  }
}
