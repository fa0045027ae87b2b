import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { digestAlgorithm, digestHex, findDigest, type Digest } from "#lib/engine/oci/digest.ts";
import type { BlobStore, BlobWriter } from "./blob-store.ts";

const chunkBytes = 256 * 1024;

/**
 * Blobs as files `blobs/ALGORITHM/HEX`, written to `incoming/` first and renamed when whole. What a killed process left in
 * `incoming/` is removed at the start.
 */
export async function openFolderBlobStore(folder: string): Promise<BlobStore> {
  const incoming = join(folder, "incoming");
  await rm(incoming, { recursive: true, force: true });
  await mkdir(incoming, { recursive: true });
  const blobsDir = join(folder, "blobs");
  const sizes = await readSizes(blobsDir);
  const pathOf = (digest: Digest) => join(blobsDir, digestAlgorithm(digest), digestHex(digest));
  return {
    findSize: (digest) => sizes.get(digest) ?? null,
    open: (digest, range) => createReadStream(pathOf(digest), { ...range, highWaterMark: chunkBytes }),
    startWrite: () =>
      createWriter(join(incoming, randomUUID()), async (path, sizeBytes, digest) => {
        await rename(path, pathOf(digest));
        sizes.set(digest, sizeBytes);
      }),
    async remove(digest) {
      sizes.delete(digest);
      await rm(pathOf(digest), { force: true });
    },
  };
}

async function readSizes(blobsDir: string): Promise<Map<Digest, number>> {
  const sizes = new Map<Digest, number>();
  for (const algorithm of ["sha256", "sha512"]) {
    const dir = join(blobsDir, algorithm);
    await mkdir(dir, { recursive: true });
    for (const name of await readdir(dir)) {
      const digest = findDigest(`${algorithm}:${name}`);
      if (digest !== null) sizes.set(digest, (await stat(join(dir, name))).size);
    }
  }
  return sizes;
}

async function createWriter(
  path: string,
  place: (path: string, sizeBytes: number, digest: Digest) => Promise<void>,
): Promise<BlobWriter> {
  const file = await open(path, "wx");
  let sizeBytes = 0;
  return {
    async write(chunk) {
      // One chunk may take several writes; a failure in between would leave bytes that nobody counted.
      for (let done = 0; done < chunk.byteLength;) {
        const { bytesWritten } = await file.write(chunk, done, chunk.byteLength - done, sizeBytes + done);
        done += bytesWritten;
      }
      sizeBytes += chunk.byteLength;
    },
    read: () => createReadStream(path, { highWaterMark: chunkBytes }),
    async commit(digest) {
      // Renamed before its bytes are on the disk, a file would be there empty after a loss of power.
      await file.sync();
      await file.close();
      await place(path, sizeBytes, digest);
    },
    async discard() {
      await file.close();
      await rm(path, { force: true });
    },
  };
}
