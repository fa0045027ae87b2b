import { postJson, RequestError } from "#components/query/get-json.ts";
import { saveConfigAction } from "#lib/actions/server-config.ts";
import type { ActionResult } from "#lib/schemas/action-result.ts";
import type { ConfigInput, SavedConfig } from "#lib/schemas/server-config.ts";

const saveTimeoutMs = 60_000;

/** Saves a change. A document goes another way, since actions take less than one may have. */
export async function postConfig(input: ConfigInput): Promise<ActionResult<SavedConfig>> {
  if (input.draft.kind !== "import") return saveConfigAction(input);
  try {
    const saved = await postJson<SavedConfig>(
      "/api/server-config",
      input,
      AbortSignal.timeout(saveTimeoutMs),
    );
    return { ok: true, value: saved };
  } catch (error) {
    if (error instanceof RequestError) return { ok: false, error: error.error };
    throw error;
  }
}
