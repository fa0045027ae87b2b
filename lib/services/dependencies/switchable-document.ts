import "server-only";
import { db } from "#lib/db/client.ts";
import { listSwitchableLines, type SwitchableLine } from "#lib/domain/catalog/switchable-lines.ts";
import { readTargetRules } from "../paths/index.ts";
import { findSource } from "./find-source.ts";
import { documentFields, nameFile, parseDocument } from "./read-document.ts";

/** A release as a text whose lines can be switched. */
export interface SwitchableDocument {
  /** As it is called when it is downloaded. */
  file: string;
  /** Null for a release that was not made from a text. */
  lines: SwitchableLine[] | null;
}

/** @param releaseId of a release that there is */
export async function readSwitchableDocument(releaseId: string): Promise<SwitchableDocument> {
  const row = await db.release.findUniqueOrThrow({ where: { id: releaseId }, select: documentFields });
  const file = nameFile(row);
  if (row.document === null) return { file, lines: null };
  const [rules, source] = await Promise.all([readTargetRules(), findSource(row)]);
  return { file, lines: listSwitchableLines(parseDocument({ ...row, source }, row.document, rules)) };
}
