import type { ActionResult } from "#lib/schemas/action-result.ts";
import { postJson, RequestError } from "./get-json.ts";

const timeoutMs = 60_000;

/**
 * Has a route do something, with a result as that of an action: what an action cannot carry, or what is not to wait for others.
 *
 * @param outlivesPage it is sent to its end though the page be left; for a few kilobytes at a time
 */
export async function postResult<T>(
  url: string,
  input: unknown,
  { outlivesPage = false }: { outlivesPage?: boolean } = {},
): Promise<ActionResult<T>> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    return { ok: true, value: await postJson<T>(url, input, signal, { keepalive: outlivesPage }) };
  } catch (error) {
    if (error instanceof RequestError) return { ok: false, error: error.error };
    throw error;
  }
}
