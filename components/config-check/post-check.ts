import { postResult } from "#components/query/post-result.ts";
import type { FieldError } from "#lib/errors.ts";
import type { ActionResult } from "#lib/schemas/action-result.ts";
import { type CheckedConfig, type ConfigCheckInput, configTextLimits } from "#lib/schemas/config-check.ts";

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
  const result = await postResult<CheckedConfig>("/api/cluster-config/check", asked);
  return result.ok ? { ok: true, value: { asked, checked: result.value } } : result;
}

const refuse = (pasted: FieldError): ActionResult<never> => ({
  ok: false,
  error: { code: "invalid-input", facts: { fields: { pasted } } },
});
