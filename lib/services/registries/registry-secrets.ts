import "server-only";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { fieldError, type InputErrorCode } from "#lib/errors.ts";
import type { TestConnectionInput } from "#lib/schemas/registries.ts";
import { decryptSecret, encryptSecret } from "#lib/secrets.ts";

/** What of a registry is kept encrypted, and what it may be used for. */
export interface StoredSecrets {
  id: string;
  name: string;
  host: string;
  proxyUrl: string | null;
  passwordEncrypted: string | null;
  clientKeyEncrypted: string | null;
  proxyPasswordEncrypted: string | null;
}

export interface RegistrySecrets {
  password: string | null;
  clientKey: string | null;
  proxyPassword: string | null;
}

/** What an encrypted secret is bound to: copied to another row or column, it does not decrypt. */
const bindings = {
  password: (id: string) => `registry/${id}`,
  clientKey: (id: string) => `registry/${id}/client-key`,
  proxyPassword: (id: string) => `registry/${id}/proxy-password`,
};

/** @throws AppError `secret-unreadable` */
export function decryptSecrets(stored: StoredSecrets): RegistrySecrets {
  const decrypt = (name: keyof RegistrySecrets, text: string | null) =>
    text === null ? null : decryptSecret(text, bindings[name](stored.id), stored.name);
  return {
    password: decrypt("password", stored.passwordEncrypted),
    clientKey: decrypt("clientKey", stored.clientKeyEncrypted),
    proxyPassword: decrypt("proxyPassword", stored.proxyPasswordEncrypted),
  };
}

type Input = Pick<TestConnectionInput, "host" | "username" | "password" | "clientCertPem" | "clientKeyPem"> &
  Pick<TestConnectionInput, "proxyUrl" | "proxyUsername" | "proxyPassword">;

/**
 * An empty secret means the stored one, but never for another host or proxy: it must not be sent to where it was not
 * meant to go.
 *
 * @throws AppError `invalid-input`
 */
export function assertSecretsFit(stored: StoredSecrets | null, input: Input): void {
  const sameHost = stored === null || stored.host === input.host;
  const check = (
    field: string,
    encrypted: string | null | undefined,
    kept: boolean,
    code: InputErrorCode,
  ) => {
    if (encrypted === null || encrypted === undefined) throw fieldError(field, "required");
    if (!kept) throw fieldError(field, code);
  };
  if (input.username !== "" && input.password === "") {
    check("password", stored?.passwordEncrypted, sameHost, "password-for-new-host");
  }
  if (input.clientCertPem !== "" && input.clientKeyPem === "") {
    check("clientKeyPem", stored?.clientKeyEncrypted, sameHost, "key-for-new-host");
  }
  if (input.proxyUsername !== "" && input.proxyPassword === "") {
    const sameProxy = stored?.proxyUrl === input.proxyUrl;
    check("proxyPassword", stored?.proxyPasswordEncrypted, sameProxy, "password-for-new-host");
  }
}

/** The secrets that a form means: those in it, else the stored ones. @throws AppError as `assertSecretsFit` */
export function resolveSecrets(stored: StoredSecrets | null, input: Input): RegistrySecrets {
  assertSecretsFit(stored, input);
  const kept = stored === null ? null : decryptSecrets(stored);
  const choose = (isUsed: boolean, typed: string, keep: string | null | undefined) =>
    !isUsed ? null : typed === "" ? (keep ?? null) : typed;
  return {
    password: choose(input.username !== "", input.password, kept?.password),
    clientKey: choose(input.clientCertPem !== "", input.clientKeyPem, kept?.clientKey),
    proxyPassword: choose(input.proxyUsername !== "", input.proxyPassword, kept?.proxyPassword),
  };
}

/** Columns to write: typed secrets, and null for those that nothing is left to use; the others stay as they are. */
export function secretColumns(
  id: string,
  input: Input,
): Partial<Pick<StoredSecrets, "passwordEncrypted" | "clientKeyEncrypted" | "proxyPasswordEncrypted">> {
  const { password, clientKeyPem, proxyPassword } = input;
  return {
    ...(input.username === "" && { passwordEncrypted: null }),
    ...(password !== "" && { passwordEncrypted: encryptSecret(password, bindings.password(id)) }),
    ...(input.clientCertPem === "" && { clientKeyEncrypted: null }),
    ...(clientKeyPem !== "" && { clientKeyEncrypted: encryptSecret(clientKeyPem, bindings.clientKey(id)) }),
    ...(input.proxyUsername === "" && { proxyPasswordEncrypted: null }),
    ...(proxyPassword !== "" && {
      proxyPasswordEncrypted: encryptSecret(proxyPassword, bindings.proxyPassword(id)),
    }),
  };
}

/**
 * Proves that a client's certificate can be read and that the key is its own. The first certificate of the text is the
 * client's.
 *
 * @throws AppError `invalid-input`
 */
export function assertKeyPair(certPem: string, keyPem: string): void {
  const key = parseOr("clientKeyPem", "key-format", () => createPrivateKey(keyPem));
  const cert = parseOr("clientCertPem", "pem-format", () => new X509Certificate(certPem));
  if (!cert.checkPrivateKey(key)) throw fieldError("clientKeyPem", "key-mismatch");
}

function parseOr<T>(field: string, code: InputErrorCode, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw fieldError(field, code, { cause });
  }
}
