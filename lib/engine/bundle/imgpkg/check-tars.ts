import type { Digest } from "../../oci/digest.ts";
import type { EngineError } from "../../oci/errors.ts";
import type { BlobPool } from "../blob-pool.ts";
import { bundleError } from "../bundle-error.ts";
import type { BlobSegment } from "../layout.ts";
import type { CheckOptions } from "../open-bundle.ts";
import { proveFiles } from "../prove-files.ts";
import type { RandomAccess } from "../random-access.ts";
import type { ImgpkgTar } from "./read-imgpkg-tar.ts";

/** A file with the tars in it: itself, or those nested in it. */
export interface CheckableFile {
  readonly file: RandomAccess;
  /** In the order in which they stand there. */
  readonly tars: readonly ImgpkgTar[];
}

/**
 * Reads all files and holds every layer to its digest: imgpkg fills its tars with zeros before it writes the layers, so
 * that one which was cut short has the right size.
 *
 * @param pool with what all tars have
 * @returns what is wrong, file by file
 */
export async function checkTars(
  files: readonly CheckableFile[],
  pool: BlobPool,
  options: CheckOptions = {},
): Promise<readonly EngineError[]> {
  const sizes = new Map<Digest, number>();
  const findings: EngineError[] = [];
  const provable = files.map(({ file, tars }) => {
    const blobs: BlobSegment[] = [];
    for (const tar of tars) {
      findings.push(...findMissing(tar, pool));
      for (const { digest, sizeBytes, content } of tar.layers.values()) {
        if (!content) continue;
        const known = sizes.get(digest) ?? sizeBytes;
        sizes.set(digest, known);
        if (content.sizeBytes === known) {
          blobs.push({ offset: content.start, digest, from: 0, sizeBytes: known });
        } else {
          const where = { operation: "read-file", file: file.name, offset: content.start } as const;
          findings.push(bundleError("bundle-content-damaged", { ...where, digest }));
        }
      }
    }
    blobs.sort((a, b) => a.offset - b.offset);
    const read = (into: Uint8Array, offset: number) => file.read(into, offset);
    return { name: file.name, sizeBytes: file.sizeBytes, blobs, read };
  });
  for await (const { name, damaged } of proveFiles(provable, (digest) => sizes.get(digest) ?? 0, options)) {
    for (const each of damaged) {
      findings.push(bundleError("bundle-content-damaged", { operation: "read-file", file: name, ...each }));
    }
  }
  return findings;
}

function findMissing({ file, named, layers }: ImgpkgTar, pool: BlobPool): EngineError[] {
  const needed = [...layers.values()].filter(({ optional, content }) => !optional && !content);
  return [...named, ...needed.map(({ digest }) => digest)]
    .filter((digest) => !pool.has(digest))
    .map((digest) => bundleError("bundle-content-missing", { operation: "read-file", file, digest }));
}
