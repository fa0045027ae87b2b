import "server-only";
import { lstat } from "node:fs/promises";

/** What can be seen of a file without reading it. */
export interface RegularFile {
  sizeBytes: number;
  /** In whole milliseconds, as rows keep it. */
  modifiedAt: Date;
}

/** A file that lies there itself; null where nothing is, and for folders, links and devices. */
export async function findRegularFile(path: string): Promise<RegularFile | null> {
  try {
    const found = await lstat(path);
    if (!found.isFile()) return null;
    return { sizeBytes: found.size, modifiedAt: new Date(Math.trunc(found.mtimeMs)) };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

export function isSameFile(one: RegularFile, other: RegularFile): boolean {
  return one.sizeBytes === other.sizeBytes && one.modifiedAt.getTime() === other.modifiedAt.getTime();
}
