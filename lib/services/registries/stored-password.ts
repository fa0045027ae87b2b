import "server-only";
import { fieldError } from "#lib/errors.ts";

/** What an encrypted password is bound to: copied to another row, it does not decrypt. */
export function secretBinding(registryId: string): string {
  return `registry/${registryId}`;
}

/** @throws AppError `invalid-input` when an empty password would send the stored one to another host */
export function assertPasswordFits(
  stored: { host: string; passwordEncrypted: string | null },
  input: { host: string; username: string; password: string },
): void {
  if (input.username === "" || input.password !== "") return;
  if (stored.passwordEncrypted === null) throw fieldError("password", "required");
  if (stored.host !== input.host) throw fieldError("password", "password-for-new-host");
}
