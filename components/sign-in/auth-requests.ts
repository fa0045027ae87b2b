import type { ErrorView } from "#lib/errors.ts";
import type { SignInWay } from "#lib/schemas/account.ts";
import type { ActionResult } from "#lib/schemas/action-result.ts";

/** Signs in; the browser then holds the session cookie. Rejects only when the panel cannot be reached. */
export function signIn(way: SignInWay, fields: Record<string, string>): Promise<ActionResult<null>> {
  return postAuth(`callback/${way}`, fields);
}

/** Ends the session on the server and drops its cookie. Rejects only when the panel cannot be reached. */
export function signOut(): Promise<ActionResult<null>> {
  return postAuth("signout", {});
}

async function postAuth(path: string, fields: Record<string, string>): Promise<ActionResult<null>> {
  const csrf = await fetch("/api/auth/csrf", { cache: "no-store" });
  const { csrfToken } = (await csrf.json()) as { csrfToken: string };
  const response = await fetch(`/api/auth/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...fields, csrfToken }),
  });
  const body = (await response.json()) as { error?: ErrorView };
  return body.error ? { ok: false, error: body.error } : { ok: true, value: null };
}
