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
  const missing = new Map<string, EngineError[]>();
  const segments = new Map<string, BlobSegment[]>();
  const sizes = new Map<Digest, number>();
  const partSums = new Map<string, string>();
  for (const piece of listPieces(document)) {
    const { digest, from, sizeBytes, wholeBytes, volume, path, sha256 } = piece;
    const found = volumes[volume - 1];
    const entry = found?.entries.get(path);
    sizes.set(digest, wholeBytes);
    if (sha256 !== undefined) partSums.set(partKey({ digest, from }), sha256);
    if (found === undefined || found.failure) continue;
    if (entry?.sizeBytes === sizeBytes) {
      append(segments, found.file, { offset: entry.start, digest, from, sizeBytes });
    } else append(missing, found.file, bundleError("bundle-content-missing", { file: found.file, digest }));
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
  for (const { open, failure } of volumes) if (open === null && failure) findings.push(failure);
  const proving = proveFiles(readable, (digest) => sizes.get(digest) ?? 0, options);
  for await (const proven of proving) {
    const lacking = missing.get(proven.name) ?? [];
    findings.push(...judge(document, volumes, proven, { lacking, partSums }));
  }
  return findings;
}

const partKey = ({ digest, from }: { readonly digest: Digest; readonly from: number }) => `${digest}@${from}`;

function append<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

/** What is wrong with a volume: the most telling reason, or the single places in it. */
function judge(
  document: BundleDocument,
  volumes: readonly FoundVolume[],
  proven: ProvenFile,
  {
    lacking,
    partSums,
  }: { readonly lacking: readonly EngineError[]; readonly partSums: ReadonlyMap<string, string> },
): readonly EngineError[] {
  const expected = document.volumes.find(({ file }) => file === proven.name);
  const failure = volumes.find(({ file }) => file === proven.name)?.failure;
  // The volume is what it should be, so it is the document that names what is not there.
  if (expected === undefined || expected.sha256 === proven.sha256) return failure ? [failure] : lacking;
  const facts = { operation: "read-file", file: proven.name } as const;
  const other = document.volumes.find(({ sha256 }) => sha256 === proven.sha256);
  if (other) return [bundleError("bundle-file-swapped", { ...facts, actualFile: other.file })];
  if (failure?.code === "bundle-file-packed") return [failure];
  if (proven.sizeBytes < expected.sizeBytes) {
    const sizes = { expectedBytes: expected.sizeBytes, actualBytes: proven.sizeBytes };
    return [bundleError("bundle-file-truncated", { ...facts, ...sizes })];
  }
  // Of a blob that is cut, the part that is wrong may be in another volume.
  const cut = new Set(proven.parts.map(({ digest }) => digest));
  const damaged = [
    ...proven.damaged.filter(({ digest }) => !cut.has(digest)),
    ...proven.parts.filter((part) => partSums.get(partKey(part)) !== part.sha256),
  ].map(({ digest, offset }) => bundleError("bundle-content-damaged", { ...facts, digest, offset }));
  if (damaged.length > 0) return damaged;
  return [failure ?? bundleError("bundle-file-different", facts)];
}
