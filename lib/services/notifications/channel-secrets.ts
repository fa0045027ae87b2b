import "server-only";
import { fieldError } from "#lib/errors.ts";
import { makeSecret } from "#lib/notifications/signature.ts";
import type { CreateChannelInput } from "#lib/schemas/notifications.ts";
import { decryptSecret, encryptSecret } from "#lib/secrets.ts";

/** What of a channel is kept encrypted, and what it may be used for. */
export interface StoredChannel {
  id: string;
  name: string;
  host: string | null;
  secretEncrypted: string | null;
  passwordEncrypted: string | null;
}

/** What an encrypted secret is bound to: copied to another row or column, it does not decrypt. */
const secretOf = (id: string) => `notification-channel/${id}/secret`;
const passwordOf = (id: string) => `notification-channel/${id}/password`;

/** @throws AppError `secret-unreadable` */
export function decryptChannel({ id, name, secretEncrypted, passwordEncrypted }: StoredChannel) {
  return {
    secret: secretEncrypted === null ? null : decryptSecret(secretEncrypted, secretOf(id), name),
    password: passwordEncrypted === null ? null : decryptSecret(passwordEncrypted, passwordOf(id), name),
  };
}

/**
 * Columns to write, and a secret that was made up, which is told this once. A stored password is never sent to another
 * host than it was meant for; a webhook's secret is sent to nobody, so it may stay.
 *
 * @param stored null for a new channel, and for one that was of another kind
 * @throws AppError `invalid-input`
 */
export function secretColumns(
  id: string,
  stored: StoredChannel | null,
  input: CreateChannelInput,
): { columns: { secretEncrypted?: string | null; passwordEncrypted?: string | null }; made: string | null } {
  if (input.kind === "webhook") {
    const isWanted = input.newSecret || (input.secret === "" && !stored?.secretEncrypted);
    const made = isWanted ? makeSecret() : null;
    const secret = made ?? input.secret;
    const columns = {
      passwordEncrypted: null,
      ...(secret !== "" && { secretEncrypted: encryptSecret(secret, secretOf(id)) }),
    };
    return { columns, made };
  }
  const { username, password, host } = input;
  if (username === "") return { columns: { secretEncrypted: null, passwordEncrypted: null }, made: null };
  if (password === "") {
    if (!stored?.passwordEncrypted) throw fieldError("password", "required");
    if (stored.host !== host) throw fieldError("password", "password-for-new-host");
    return { columns: { secretEncrypted: null }, made: null };
  }
  const passwordEncrypted = encryptSecret(password, passwordOf(id));
  return { columns: { secretEncrypted: null, passwordEncrypted }, made: null };
}
