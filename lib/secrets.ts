import "server-only";
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { env } from "./env.ts";
import { AppError } from "./errors.ts";
import { readOrCreateSecretFile } from "./secret-file.ts";
import { ensureStorageDir, storagePath } from "./storage.ts";

const version = "v1";
const keyBytes = 32;
// NIST SP 800-38D: 96-bit initialization vectors, 128-bit tags.
const ivBytes = 12;
const tagBytes = 16;
const algorithm = "aes-256-gcm";

interface SecretKey {
  /** Tells which key a text was encrypted with, without telling the key. */
  id: string;
  encryption: Buffer;
  session: string;
}

let loaded: SecretKey | undefined;

function loadKey(): SecretKey {
  return (loaded ??= deriveKeys(readMasterKey()));
}

function readMasterKey(): Buffer {
  if (env.DRAYAGE_SECRET_KEY !== undefined) return Buffer.from(env.DRAYAGE_SECRET_KEY, "base64");
  ensureStorageDir();
  const path = storagePath("secret.key");
  const text = readOrCreateSecretFile(path, () => `${randomBytes(keyBytes).toString("base64")}\n`);
  const key = Buffer.from(text, "base64");
  if (key.length !== keyBytes) {
    throw new Error(
      `${path} does not hold a key of ${keyBytes} bytes in base64. Restore it from your backup, or remove it: ` +
        "then everybody signs in again, and what is stored encrypted, of registries and channels, must be entered again.",
    );
  }
  return key;
}

function deriveKeys(master: Buffer): SecretKey {
  const derive = (purpose: string, length: number) =>
    Buffer.from(hkdfSync("sha256", master, "", `drayage ${purpose}`, length));
  return {
    id: derive("key id", 4).toString("hex"),
    encryption: derive("stored secrets", keyBytes),
    session: derive("session cookies", keyBytes).toString("base64"),
  };
}

/**
 * Encrypts a secret for a column of the database.
 * @param binding what the secret belongs to, such as `registry/<id>`: moved to another row, it does not decrypt.
 */
export function encryptSecret(plaintext: string, binding: string): string {
  const key = loadKey();
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv(algorithm, key.encryption, iv, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(`${version}:${key.id}:${binding}`));
  const body = Buffer.concat([iv, cipher.update(plaintext, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `${version}:${key.id}:${body.toString("base64")}`;
}

/**
 * @param name what the person calls the thing whose secret it is, for the error.
 * @throws AppError `secret-unreadable`: another key, another row, or changed bytes
 */
export function decryptSecret(stored: string, binding: string, name: string): string {
  const key = loadKey();
  const [storedVersion, keyId, text = ""] = stored.split(":");
  const body = Buffer.from(text, "base64");
  if (storedVersion !== version || keyId !== key.id || body.length < ivBytes + tagBytes) {
    throw new AppError("secret-unreadable", { name });
  }
  try {
    const iv = body.subarray(0, ivBytes);
    const decipher = createDecipheriv(algorithm, key.encryption, iv, { authTagLength: tagBytes });
    decipher.setAAD(Buffer.from(`${version}:${key.id}:${binding}`));
    decipher.setAuthTag(body.subarray(-tagBytes));
    const plaintext = [decipher.update(body.subarray(ivBytes, -tagBytes)), decipher.final()];
    return Buffer.concat(plaintext).toString("utf8");
  } catch (cause) {
    throw new AppError("secret-unreadable", { name }, { cause });
  }
}

/** What next-auth signs its cookies with: the same in every process that has the key, and after a restart. */
export function getSessionSecret(): string {
  return loadKey().session;
}
