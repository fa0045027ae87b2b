import "server-only";
import type { db } from "#lib/db/client.ts";
import type { ChangeTransaction } from "#lib/db/with-change.ts";
import { AppError } from "#lib/errors.ts";
import { type CurrentConfig, decryptDocument, documentFields } from "./read-current-config.ts";

/** One revision of the configuration. @throws AppError `not-found`, `secret-unreadable` */
export async function readRevision(
  client: typeof db | ChangeTransaction,
  number: number,
): Promise<CurrentConfig> {
  const row = await client.configRevision.findUnique({ where: { number }, select: documentFields });
  if (!row) throw new AppError("not-found", { what: "config-revision" });
  return { number, document: decryptDocument(row) };
}
