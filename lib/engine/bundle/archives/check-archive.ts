import { createHash } from "node:crypto";
import { pipeline } from "node:stream/promises";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { digestAlgorithm, formatHash, type Digest } from "../../oci/digest.ts";
import { EngineError, toEngineError } from "../../oci/errors.ts";
import { bundleError } from "../bundle-error.ts";
import type { BlobSegment } from "../layout.ts";
import type { CheckOptions } from "../open-bundle.ts";
import { proveFiles } from "../prove-files.ts";
import { streamCopies, type RandomAccess } from "../random-access.ts";
import type { ArchiveContent, PackedLayer } from "./archive-content.ts";
import { walkManifests } from "./walk-manifests.ts";

/** Beyond what gzip can do; zstd can do far more, but no layer is like that. */
const maxRatio = 1100;
const minLimitBytes = 64 * 1024 * 1024;

/**
 * Reads an archive and holds everything in it to its digest, and its images to being there as a whole.
 *
 * @returns what is wrong
 * @throws EngineError `cancelled`, `disk-failed`
 */
export async function checkArchive(
  content: ArchiveContent,
  options: CheckOptions = {},
): Promise<readonly EngineError[]> {
  try {
    return await findFaults(content, options);
  } catch (error) {
    throw toEngineError(error, { operation: "read-file", file: content.files.name });
  }
}

async function findFaults(content: ArchiveContent, options: CheckOptions): Promise<readonly EngineError[]> {
  const { files, images, blobs, made, referrers, packedLayers, failures } = content;
  const sizes = new Map<Digest, number>();
  const segments = new Map<RandomAccess, BlobSegment[]>();
  for (const [digest, blob] of blobs) {
    const whole = files.wholeOf(blob);
    const { start: offset, sizeBytes } = blob;
    sizes.set(digest, sizeBytes);
    const list = segments.get(whole) ?? [];
    segments.set(whole, list);
    list.push({ offset, digest, from: 0, sizeBytes });
  }
  const provable = Array.from(segments, ([whole, list]) => ({
    name: whole.name,
    sizeBytes: whole.sizeBytes,
    blobs: list.sort((a, b) => a.offset - b.offset),
    read: (into: Uint8Array, offset: number) => whole.read(into, offset),
  }));
  const findings = [...failures];
  const known = new Set<string>();
  for await (const { name, damaged } of proveFiles(provable, (digest) => sizes.get(digest) ?? 0, options)) {
    for (const each of damaged) {
      known.add(each.digest);
      findings.push(bundleError("bundle-content-damaged", { operation: "read-file", file: name, ...each }));
    }
  }
  const roots = [...images.map(({ root }) => root), ...[...referrers.values()].flat()];
  const all = new Map([...blobs, ...made]);
  const { findings: lacking } = await walkManifests(files.name, roots, all, options.signal);
  findings.push(...lacking.filter(({ facts }) => !known.has(facts.digest ?? "")));
  for (const layer of packedLayers) {
    if (!known.has(layer.digest)) findings.push(...(await proveUnpacked(layer, options)));
  }
  return findings;
}

async function proveUnpacked(
  { content, digest, diffId, packing }: PackedLayer,
  { signal }: CheckOptions,
): Promise<readonly EngineError[]> {
  const hash = createHash(digestAlgorithm(diffId));
  const limit = Math.max(content.sizeBytes * maxRatio, minLimitBytes);
  let unpackedBytes = 0;
  const where = { operation: "read-file", file: content.name, offset: content.start, digest } as const;
  try {
    await pipeline(
      streamCopies(content, { signal }),
      packing === "gzip" ? createGunzip() : createZstdDecompress(),
      async (chunks: AsyncIterable<Uint8Array>) => {
        for await (const chunk of chunks) {
          unpackedBytes += chunk.byteLength;
          if (unpackedBytes > limit) throw bundleError("bundle-content-damaged", { ...where, limit });
          hash.update(chunk);
        }
      },
    );
  } catch (error) {
    if (error instanceof EngineError) return [error];
    const isDamage = error instanceof Error && "code" in error && /^(?:Z_|ZSTD_)/.test(String(error.code));
    if (!isDamage) throw error;
    return [bundleError("bundle-content-damaged", where, error)];
  }
  if (formatHash(hash, digestAlgorithm(diffId)) === diffId) return [];
  return [bundleError("bundle-content-damaged", { ...where, digest: diffId })];
}
