import "server-only";
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { env } from "./env.ts";

/** A path under DATA_DIR. Segments are names that we chose: one from outside is refused, not cleaned. */
export function storagePath(...segments: string[]): string {
  for (const segment of segments) {
    if (!/^[\w-][\w.-]*$/.test(segment))
      throw new Error(`"${segment}" is no name of a file in the data folder`);
  }
  return join(env.DATA_DIR, ...segments);
}

/** A folder under DATA_DIR that only we may enter; made when it is not there. */
export function ensureStorageDir(...segments: string[]): string {
  const path = storagePath(...segments);
  if (mkdirSync(path, { recursive: true, mode: 0o700 }) !== undefined) chmodSync(path, 0o700);
  return path;
}
