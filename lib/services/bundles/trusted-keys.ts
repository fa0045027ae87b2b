import "server-only";
import { db } from "#lib/db/client.ts";

/** What people call the key that signs this panel's own bundles. */
const ownKeyName = "Drayage";

/** The name under which a key is trusted; null when nobody has said so. The panel believes itself. */
export async function findTrustedName(fingerprint: string): Promise<string | null> {
  const [trusted, own] = await Promise.all([
    db.trustedKey.findUnique({ where: { fingerprint }, select: { name: true } }),
    db.signingKey.count({ where: { fingerprint } }),
  ]);
  return trusted?.name ?? (own > 0 ? ownKeyName : null);
}
