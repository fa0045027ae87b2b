import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { checkContainerRegistryUrl, type RegistryCheck } from "#lib/schemas/container-registry.ts";
import { findCheckedRun, startSettingsRun } from "../doctor/index.ts";
import { nodeListsOf, readCurrentConfig } from "../server-config/index.ts";

/** Has a URL examined as clusters would pull from it, with the lists as they are now. Nothing of it is saved. */
export async function checkContainerRegistry(
  access: Access<"settings.write">,
  { url }: { url: string },
): Promise<{ id: string }> {
  const current = await readCurrentConfig(db);
  return startSettingsRun(access, { address: url, lists: nodeListsOf(current?.document ?? null) });
}

/** The last time that it was examined to its end, however long that is ago and whatever was trusted then. */
export async function findCheck(url: string): Promise<RegistryCheck | null> {
  const place = checkContainerRegistryUrl(url).url;
  const run = place && (await findCheckedRun(db, place));
  if (!run) return null;
  const { id: runId, finishedAt, findings, listsDigest } = run;
  return { url, runId, finishedAt, findings, listsDigest };
}
