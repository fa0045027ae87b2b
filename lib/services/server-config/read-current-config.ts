import "server-only";
import type { db } from "#lib/db/client.ts";
import type { ChangeTransaction } from "#lib/db/with-change.ts";
import { type ConfigDocument, parseConfigDocument } from "#lib/domain/vcd/config-document.ts";
import { decryptSecret, encryptSecret } from "#lib/secrets.ts";

/** What the server of Container Service Extension is to run by, as this panel has it. */
export interface CurrentConfig {
  /** Of the revision. */
  number: number;
  document: ConfigDocument;
}

interface StoredDocument {
  number: number;
  documentEncrypted: string;
  typeVersion: string;
}

export const documentFields = { number: true, documentEncrypted: true, typeVersion: true } as const;

const bindingOf = (number: number): string => `config-revision/${number}`;

/** The newest revision; null while there is none. @throws AppError `secret-unreadable` */
export async function readCurrentConfig(
  client: typeof db | ChangeTransaction,
): Promise<CurrentConfig | null> {
  const row = await client.configRevision.findFirst({ orderBy: { number: "desc" }, select: documentFields });
  return row && { number: row.number, document: decryptDocument(row) };
}

/** @throws AppError `secret-unreadable` */
export function decryptDocument({ number, documentEncrypted, typeVersion }: StoredDocument): ConfigDocument {
  const text = decryptSecret(documentEncrypted, bindingOf(number), `VCDKEConfig ${number}`);
  return { ...parseConfigDocument(text), typeVersion };
}

export function encryptDocument(number: number, { text }: ConfigDocument): string {
  return encryptSecret(text, bindingOf(number));
}
