import { postResult } from "#components/query/post-result.ts";
import { saveConfigAction } from "#lib/actions/server-config.ts";
import type { ActionResult } from "#lib/schemas/action-result.ts";
import type { ConfigInput, SaveConfigInput, SavedConfig } from "#lib/schemas/server-config.ts";

/** Saves a change. A document goes another way, since actions take less than one may have. */
export async function saveConfig(input: SaveConfigInput): Promise<ActionResult<SavedConfig>> {
  return input.draft.kind === "import" ? postResult("/api/server-config", input) : saveConfigAction(input);
}

/** Has the registry examined that clusters would pull from after a change. */
export const checkConfig = (input: ConfigInput): Promise<ActionResult<{ id: string }>> =>
  postResult("/api/server-config/check", input);
