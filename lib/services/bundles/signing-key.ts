import "server-only";
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { withChange } from "#lib/db/with-change.ts";
import { fingerprintKey } from "#lib/engine/bundle/drayage/signature.ts";
import { decryptSecret, encryptSecret } from "#lib/secrets.ts";

const keyId = 1;
const binding = "signing-key";
const keyName = "Drayage";

/** Makes the key that this panel signs bundles with, unless there is one. */
export async function ensureSigningKey(access: Access<"job.start">): Promise<void> {
  if ((await db.signingKey.count()) > 0) return;
  const change = { action: "key.create", objectName: keyName, organizationId: null } as const;
  await withChange(access, change, async (tx, audit) => {
    const { privateKey } = generateKeyPairSync("ed25519");
    const fingerprint = fingerprintKey(privateKey);
    const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const existing = await tx.signingKey.findUnique({ where: { id: keyId } });
    const key =
      existing ??
      (await tx.signingKey.create({
        data: {
          id: keyId,
          fingerprint,
          publicKeyPem: createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString(),
          privateKeyEncrypted: encryptSecret(pem, binding),
        },
      }));
    audit.object(key.fingerprint, keyName);
    audit.after({ fingerprint: key.fingerprint });
  });
}

/** The key that bundles are signed with, in PEM; null when nothing was ever signed. @throws AppError `secret-unreadable` */
export async function readSigningKey(_access: Access<"job.start">): Promise<string | null> {
  const key = await db.signingKey.findUnique({ where: { id: keyId } });
  return key && decryptSecret(key.privateKeyEncrypted, binding, keyName);
}
