import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { checkContainerRegistryUrl, type RegistryCheck } from "#lib/schemas/container-registry.ts";
import { findCheckedRun, startSettingsRun } from "../doctor/index.ts";
import { readCurrentConfig } from "../server-config/index.ts";
import { listsOf } from "./node-lists.ts";

/** Has a URL examined as clusters would pull from it, with the lists as they are now. Nothing of it is saved. */
export async function checkContainerRegistry(
  access: Access<"settings.write">,
  { url }: { url: string },
): Promise<{ id: string }> {
  return startSettingsRun(access, { address: url, lists: listsOf(await readCurrentConfig(db)) });
}

/** The last time that it was examined to its end, however long that is ago and whatever was trusted then. */
export async function findCheck(
  access: Access<"settings.read"> | Access<"settings.write">,
  url: string,
): Promise<RegistryCheck | null> {
  const checked = checkContainerRegistryUrl(url).url;
  const run = checked && (await findCheckedRun(access, { host: checked.host, basePath: checked.base }));
  if (!run) return null;
  const { id: runId, finishedAt, findings, listsDigest } = run;
  return { url, runId, finishedAt, findings, listsDigest };
}
