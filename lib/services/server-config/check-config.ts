import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import type { ConfigInput } from "#lib/schemas/server-config.ts";
import { startSettingsRun } from "../doctor/index.ts";
import { applyDraft } from "./apply-draft.ts";
import { nodeListsOf } from "./node-lists.ts";
import { readCurrentConfig } from "./read-current-config.ts";
import { registryUrlOf } from "./registry-url.ts";

/**
 * Has the registry examined that clusters would pull from after a change, with the lists that they would have then.
 * Nothing is saved.
 *
 * @throws AppError `config-unreadable`, `config-missing`, `not-found`; `invalid-input` for what is no URL
 */
export async function checkConfig(
  access: Access<"settings.write">,
  { draft }: ConfigInput,
): Promise<{ id: string }> {
  const current = await readCurrentConfig(db);
  const { document } = await applyDraft(draft, current?.document ?? null);
  return startSettingsRun(access, { address: registryUrlOf(document), lists: nodeListsOf(document) });
}
