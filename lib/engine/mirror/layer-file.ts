import { PassThrough, type Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { extract } from "tar-stream";
import { EngineError } from "../oci/errors.ts";
import { explainEntry, isHiddenBelow, isInside, type LayerFinding, locateEntry } from "./layer-entry.ts";

export interface LayerFileLimits {
  /** Of the file itself. */
  readonly maxFileBytes: number;
  /** Of the unpacked layer: a few kilobytes can unpack to terabytes. */
  readonly maxLayerBytes: number;
}

/**
 * What a layer (a tar, plain or packed by gzip or zstd) says of one file. The layer is read to its end, so that its
 * digest is proven before the file is believed; nothing is written to disk.
 *
 * @param path from the image's root, as `locateEntry` writes it
 * @throws EngineError `bundle-invalid` when the layer is no tar or beyond a limit; whatever `layer` throws
 */
export async function findLayerFile(
  layer: AsyncIterable<Uint8Array>,
  path: string,
  limits: LayerFileLimits,
): Promise<LayerFinding> {
  const { unpacker, content } = await peek(layer);
  const entries = extract();
  const reading = readEntries(entries, path, limits.maxFileBytes);
  // The pipeline fails first; this failure then only repeats it.
  reading.catch(() => undefined);
  try {
    await pipeline(
      content,
      unpacker,
      (unpacked: AsyncIterable<Uint8Array>) => limitBytes(unpacked, limits),
      entries,
    );
    return await reading;
  } catch (error) {
    // Whoever stops reading because of what it reads looks to the others like an abort.
    const cause = error instanceof EngineError ? error : await reading.catch((reason: unknown) => reason);
    if (cause instanceof EngineError) throw cause;
    if (error instanceof Error && error.name === "AbortError") throw error;
    throw refuse(path, error);
  }
}

async function readEntries(
  entries: ReturnType<typeof extract>,
  path: string,
  maxFileBytes: number,
): Promise<LayerFinding> {
  let finding: LayerFinding | null = null;
  let folder = "";
  let isHidden = false;
  for await (const entry of entries) {
    const { name, size = 0, type, linkname } = entry.header;
    const at = locateEntry(name);
    if (at === path && (type === "file" || type === "contiguous-file")) {
      if (size > maxFileBytes) throw refuse(path);
      const chunks: Uint8Array[] = [];
      for await (const chunk of entry as AsyncIterable<Uint8Array>) chunks.push(chunk);
      finding = { kind: "file", content: Buffer.concat(chunks) };
    } else {
      finding = explainEntry({ at, type, linkTarget: linkname }, path) ?? finding;
      // A whiteout counts wherever it stands in the layer, and never for the layer itself.
      isHidden ||= isHiddenBelow(at, path);
      if (type === "directory" && isInside(path, at) && at.length > folder.length) folder = at;
      entry.resume();
    }
  }
  return finding ?? (isHidden ? { kind: "hidden" } : { kind: "unsaid", folder });
}

async function* limitBytes(
  content: AsyncIterable<Uint8Array>,
  { maxLayerBytes }: LayerFileLimits,
): AsyncGenerator<Uint8Array, void, undefined> {
  let length = 0;
  for await (const chunk of content) {
    length += chunk.byteLength;
    if (length > maxLayerBytes) throw refuse("layer");
    yield chunk;
  }
}

/** Tells the packing by its first bytes: media types of layers are often wrong. */
async function peek(
  layer: AsyncIterable<Uint8Array>,
): Promise<{ unpacker: Transform; content: AsyncIterable<Uint8Array> }> {
  const iterator = layer[Symbol.asyncIterator]();
  let start: Uint8Array = new Uint8Array();
  while (start.byteLength < 4) {
    const next = await iterator.next();
    if (next.done) break;
    start = Buffer.concat([start, next.value]);
  }
  async function* whole(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield start;
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
        // Streams keep what they are given for a while.
        yield Buffer.from(next.value);
      }
    } finally {
      await iterator.return?.();
    }
  }
  return { unpacker: createUnpacker(start), content: whole() };
}

function createUnpacker(start: Uint8Array): Transform {
  const magic = Buffer.from(start.subarray(0, 4)).toString("hex");
  if (magic.startsWith("1f8b")) return createGunzip();
  // RFC 8878 section 3.1.1
  if (magic === "28b52ffd") return createZstdDecompress();
  return new PassThrough();
}

function refuse(value: string, cause?: unknown): EngineError {
  return new EngineError("bundle-invalid", { operation: "read-bundle", value, retryable: false }, cause);
}
