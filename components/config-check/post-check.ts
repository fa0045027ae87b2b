import { postJson, RequestError } from "#components/query/get-json.ts";
import type { FieldError } from "#lib/errors.ts";
import type { ActionResult } from "#lib/schemas/action-result.ts";
import { type CheckedConfig, type ConfigCheckInput, configTextLimits } from "#lib/schemas/config-check.ts";

const timeoutMs = 60_000;

/** What a check was asked, and what it has said. */
export interface CheckOutcome {
  asked: ConfigCheckInput;
  checked: CheckedConfig;
}

/** What cannot be checked is not sent. Files that are too large were not even read, so a long text is a pasted one. */
export async function postCheck(asked: ConfigCheckInput): Promise<ActionResult<CheckOutcome>> {
  const { length: maximum } = configTextLimits;
  if (asked.texts.length === 0) return refuse({ code: "required", facts: {} });
  if (asked.texts.some(({ text }) => text.length > maximum)) {
    return refuse({ code: "too-long", facts: { maximum } });
  }
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const checked = await postJson<CheckedConfig>("/api/cluster-config/check", asked, signal);
    return { ok: true, value: { asked, checked } };
  } catch (error) {
    if (error instanceof RequestError) return { ok: false, error: error.error };
    throw error;
  }
}

const refuse = (pasted: FieldError): ActionResult<never> => ({
  ok: false,
  error: { code: "invalid-input", facts: { fields: { pasted } } },
});
