import { postJson, RequestError } from "#components/query/get-json.ts";
import { saveConfigAction } from "#lib/actions/server-config.ts";
import type { ActionResult } from "#lib/schemas/action-result.ts";
import type { ConfigInput, SaveConfigInput, SavedConfig } from "#lib/schemas/server-config.ts";

const timeoutMs = 60_000;

/** Saves a change. A document goes another way, since actions take less than one may have. */
export async function saveConfig(input: SaveConfigInput): Promise<ActionResult<SavedConfig>> {
  return input.draft.kind === "import" ? post("/api/server-config", input) : saveConfigAction(input);
}

/** Has the registry examined that clusters would pull from after a change. */
export const checkConfig = (input: ConfigInput): Promise<ActionResult<{ id: string }>> =>
  post("/api/server-config/check", input);

async function post<T>(address: string, input: ConfigInput): Promise<ActionResult<T>> {
  try {
    return { ok: true, value: await postJson<T>(address, input, AbortSignal.timeout(timeoutMs)) };
  } catch (error) {
    if (error instanceof RequestError) return { ok: false, error: error.error };
    throw error;
  }
}
