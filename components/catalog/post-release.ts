import type { ReleaseKind } from "#lib/db/generated/enums.ts";
import { type ErrorView, type FieldError, unreachable } from "#lib/errors.ts";
import type { ActionResult } from "#lib/schemas/action-result.ts";
import { listLimits } from "#lib/schemas/releases.ts";

export interface ReleaseFields {
  kind: ReleaseKind;
  name: string;
  version: string;
  source: string;
  /** Bad lines do not spoil the others. */
  leaveOut: boolean;
}

export interface GivenList {
  /** Name of the file, for messages about its lines. */
  file: string;
  content: Blob;
}

/** Sends a list; what is too large is not sent at all, nor what is not complete. */
export async function postRelease(
  fields: ReleaseFields,
  list: GivenList | null,
): Promise<ActionResult<{ id: string }>> {
  const missing = (["name", "version"] as const).filter((name) => fields[name].trim() === "");
  if (list === null || missing.length > 0) {
    const names = [...missing, ...(list === null ? ["list"] : [])];
    const required: FieldError = { code: "required", facts: {} };
    const wrong = Object.fromEntries(names.map((name) => [name, required]));
    return { ok: false, error: { code: "invalid-input", facts: { fields: wrong } } };
  }
  const { file, content } = list;
  if (content.size > listLimits.limitBytes) {
    return { ok: false, error: { code: "list-too-large", facts: { file, ...listLimits } } };
  }
  try {
    const query = new URLSearchParams({ ...fields, leaveOut: String(fields.leaveOut), file });
    const response = await fetch(`/api/releases?${query.toString()}`, {
      method: "POST",
      headers: { "content-type": "text/plain; charset=utf-8" },
      body: content,
    });
    const body = (await response.json()) as { id: string } | { error: ErrorView };
    return "error" in body ? { ok: false, error: body.error } : { ok: true, value: body };
  } catch {
    return { ok: false, error: unreachable };
  }
}
