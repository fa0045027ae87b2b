import type { ReleaseKind } from "#lib/db/generated/enums.ts";
import type { ErrorView } from "#lib/errors.ts";
import type { ActionResult } from "#lib/schemas/action-result.ts";
import { listLimits } from "#lib/schemas/releases.ts";

export interface ReleaseFields {
  kind: ReleaseKind;
  name: string;
  version: string;
  source: string;
}

/** Sends a list; what is too large is not sent at all. */
export async function postRelease(
  fields: ReleaseFields,
  file: string,
  list: Blob,
): Promise<ActionResult<{ id: string }>> {
  if (list.size > listLimits.limitBytes) {
    return { ok: false, error: { code: "list-too-large", facts: { file, ...listLimits } } };
  }
  try {
    const query = new URLSearchParams({ ...fields, file });
    const response = await fetch(`/api/releases?${query.toString()}`, {
      method: "POST",
      headers: { "content-type": "text/plain; charset=utf-8" },
      body: list,
    });
    const body = (await response.json()) as { id: string } | { error: ErrorView };
    return "error" in body ? { ok: false, error: body.error } : { ok: true, value: body };
  } catch {
    return { ok: false, error: { code: "unreachable", facts: {} } };
  }
}
