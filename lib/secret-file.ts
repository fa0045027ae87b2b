import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";

/**
 * Reads a file that holds a secret, or makes it (mode 0600) with what `make` returns. It appears whole or not at all,
 * and processes that start at once agree on one content.
 */
export function readOrCreateSecretFile(path: string, make: () => string): string {
  const existing = findFile(path);
  if (existing !== null) return existing;
  const draft = `${path}.${randomUUID()}`;
  try {
    writeFileSync(draft, make(), { mode: 0o600, flag: "wx", flush: true });
    linkSync(draft, path);
  } catch (error) {
    // Another process was first: its content counts.
    if (!hasCode(error, "EEXIST")) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return readFileSync(path, "utf8");
}

function findFile(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return null;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
