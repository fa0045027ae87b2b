import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { defaultCseVersions } from "#lib/domain/catalog/cse-versions.ts";
import type { CseVersionTable } from "#lib/schemas/cse-versions.ts";
import { readCseVersions } from "./read-cse-versions.ts";

/** Which list of images and which components belong to a version of Container Service Extension, as a person edits it. */
export async function listCseVersions(_access: Access<"catalog.read">): Promise<CseVersionTable> {
  return { versions: await readCseVersions(), defaults: defaultCseVersions };
}
