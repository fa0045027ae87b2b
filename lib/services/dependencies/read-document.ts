import "server-only";
import { createHash } from "node:crypto";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import type { Release } from "#lib/db/generated/client.ts";
import {
  type DependenciesDocument,
  parseDependenciesDocument,
} from "#lib/domain/catalog/dependencies-document.ts";
import type { MappingRule } from "#lib/domain/catalog/target-mapping.ts";
import { parseRegistryBase } from "#lib/engine/oci/reference.ts";
import { errorView } from "#lib/error-view.ts";
import { AppError } from "#lib/errors.ts";
import type { ReleaseDocument } from "#lib/schemas/dependencies.ts";
import { findSource } from "./find-source.ts";

export const documentFields = {
  id: true,
  kind: true,
  name: true,
  version: true,
  source: true,
  document: true,
} as const;

export type DocumentRow = Pick<Release, keyof typeof documentFields>;

/** The text that a release was made of, for a person to switch its lines. @throws AppError `not-found` */
export async function getDocument(
  access: Access<"catalog.read">,
  releaseId: string,
): Promise<ReleaseDocument> {
  const row = await findDocument(releaseId);
  const edit = await db.auditEntry.findFirst({
    where: { objectId: releaseId, action: "release.edit" },
    orderBy: { id: "desc" },
    select: { at: true, actorName: true },
  });
  const { name, version } = row;
  const { lines } = parseDocument(row, row.document, []);
  const by = access.organizationId === null ? (edit?.actorName ?? null) : null;
  return {
    name,
    version,
    file: nameFile(row),
    digest: digestOf(row.document),
    lines: lines.map(({ number, component, enabled, columns, error, before, mark, after }) => ({
      number,
      text: `${before}${component && !enabled ? mark : ""}${after}`.replace(/^\uFEFF/, "").trimEnd(),
      enabled: component && enabled,
      component: columns.join(" "),
      error: error && errorView(error),
    })),
    edited: edit && { at: edit.at.toISOString(), by },
  };
}

/** The text as a file. @throws AppError `not-found` */
export async function downloadDocument(
  _access: Access<"catalog.read">,
  releaseId: string,
): Promise<{ name: string; text: string }> {
  const row = await findDocument(releaseId);
  return { name: nameFile(row), text: row.document };
}

async function findDocument(id: string): Promise<DocumentRow & { document: string }> {
  const row = await db.release.findUnique({ where: { id }, select: documentFields });
  const document = row?.document ?? null;
  if (!row || document === null) throw new AppError("not-found", { what: "release" });
  return { ...row, document, source: await findSource(row) };
}

/** @param rules decide where components go; where they are not asked for, none are needed */
export function parseDocument(
  row: Pick<DocumentRow, "kind" | "name" | "version" | "source">,
  text: string,
  rules: readonly MappingRule[],
): DependenciesDocument {
  const { kind, source } = row;
  return parseDependenciesDocument(text, {
    kind,
    source: source === "" ? null : parseRegistryBase(source),
    file: nameFile(row),
    rules,
    // Whatever it was made from: what is switched off here can be switched on again.
    offLines: true,
  });
}

export function nameFile({ kind, name, version }: Pick<DocumentRow, "kind" | "name" | "version">): string {
  return kind === "getting_started_airgapped" ? "dependencies.txt" : `${name} ${version}.txt`;
}

export function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
