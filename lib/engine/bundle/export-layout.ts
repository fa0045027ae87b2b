import { createHash } from "node:crypto";
import type { Descriptor } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import type { FileLayout } from "./layout.ts";

/** All that an export is going to write, known before the first byte is fetched. */
export interface ExportLayout {
  /** Those that take blobs. What closes a bundle is written once they are proven. */
  readonly files: readonly FileLayout[];
  /** Blobs that need no writing: they stand among fixed bytes, or in a bundle that this one builds on. */
  readonly held: ReadonlySet<Digest>;
  readonly manifests: ReadonlyMap<Digest, Descriptor>;
  /** By `formatSubject`. */
  readonly referrers: ReadonlyMap<string, readonly Descriptor[]>;
}

/** Equal for two layouts only if what has been written for one is of use for the other. */
export function fingerprintLayout({ files }: Pick<ExportLayout, "files">): string {
  const hash = createHash("sha256");
  for (const { name, sizeBytes, blobs, fixed } of files) {
    hash.update(JSON.stringify([name, sizeBytes, blobs, fixed.length]));
    for (const { offset, bytes } of fixed) hash.update(`${offset}:${bytes.byteLength}\n`).update(bytes);
  }
  return hash.digest("hex");
}
