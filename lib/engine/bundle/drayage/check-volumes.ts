import type { Digest } from "../../oci/digest.ts";
import type { EngineError } from "../../oci/errors.ts";
import { bundleError } from "../bundle-error.ts";
import type { BlobSegment } from "../layout.ts";
import type { CheckOptions } from "../open-bundle.ts";
import { proveFiles, type ProvenFile } from "../prove-files.ts";
import type { BundleDocument } from "./bundle-document.ts";
import type { FoundVolume } from "./open-drayage-bundle.ts";
import { listPieces } from "./volume-pieces.ts";

/**
 * Holds the volumes of a bundle to their checksums, and everything in them to its digest.
 *
 * @returns what is wrong, volume by volume
 */
export async function checkVolumes(
  document: BundleDocument,
  volumes: readonly FoundVolume[],
  options: CheckOptions = {},
): Promise<readonly EngineError[]> {
  const findings: EngineError[] = [];
  const segments = new Map<string, BlobSegment[]>();
  const sizes = new Map<Digest, number>();
  for (const piece of listPieces(document)) {
    const { digest, from, sizeBytes, wholeBytes, volume, path } = piece;
    const found = volumes[volume - 1];
    const entry = found?.entries.get(path);
    sizes.set(digest, wholeBytes);
    if (found === undefined || found.failure) continue;
    if (entry?.sizeBytes !== sizeBytes) {
      findings.push(bundleError("bundle-content-missing", { file: found.file, digest }));
      continue;
    }
    const list = segments.get(found.file) ?? [];
    segments.set(found.file, list);
    list.push({ offset: entry.start, digest, from, sizeBytes });
  }
  const readable = volumes.flatMap(({ file, open }) =>
    open
      ? [
          {
            name: file,
            sizeBytes: open.sizeBytes,
            blobs: (segments.get(file) ?? []).sort((a, b) => a.offset - b.offset),
            read: (into: Uint8Array, offset: number) => open.read(into, offset),
          },
        ]
      : [],
  );
  for (const { failure } of volumes) if (failure?.code === "bundle-file-missing") findings.push(failure);
  const proving = proveFiles(readable, (digest) => sizes.get(digest) ?? 0, options);
  for await (const proven of proving) findings.push(...judge(document, volumes, proven));
  return findings;
}

/** What is wrong with a volume: the most telling reason, or the single places in it. */
function judge(document: BundleDocument, volumes: readonly FoundVolume[], proven: ProvenFile): EngineError[] {
  const expected = document.volumes.find(({ file }) => file === proven.name);
  const failure = volumes.find(({ file }) => file === proven.name)?.failure;
  if (expected === undefined || expected.sha256 === proven.sha256) return failure ? [failure] : [];
  const facts = { operation: "read-file", file: proven.name } as const;
  const other = document.volumes.find(({ sha256 }) => sha256 === proven.sha256);
  if (other) return [bundleError("bundle-file-swapped", { ...facts, actualFile: other.file })];
  if (failure?.code === "bundle-file-packed") return [failure];
  if (proven.sizeBytes < expected.sizeBytes) {
    const sizes = { expectedBytes: expected.sizeBytes, actualBytes: proven.sizeBytes };
    return [bundleError("bundle-file-truncated", { ...facts, ...sizes })];
  }
  const damaged = proven.damaged.map((each) => bundleError("bundle-content-damaged", { ...facts, ...each }));
  if (damaged.length > 0) return damaged;
  return [failure ?? bundleError("bundle-file-different", facts)];
}
