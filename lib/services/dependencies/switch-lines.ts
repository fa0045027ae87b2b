import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { type Change, type ChangeTransaction, withChange } from "#lib/db/with-change.ts";
import {
  type DependenciesDocument,
  formatDependenciesDocument,
  listDocumentComponents,
  switchLine,
} from "#lib/domain/catalog/dependencies-document.ts";
import { formatComponentKey } from "#lib/domain/catalog/component-key.ts";
import type { ListedComponent } from "#lib/domain/catalog/parse-release-list.ts";
import { EngineError } from "#lib/engine/oci/errors.ts";
import { AppError } from "#lib/errors.ts";
import type { SwitchLinesInput } from "#lib/schemas/dependencies.ts";
import { readTargetRules } from "../paths/index.ts";
import { findSource } from "./find-source.ts";
import { digestOf, documentFields, nameFile, parseDocument } from "./read-document.ts";

/** What a trail's entry names at most. */
const maxNamed = 200;

/**
 * Switches lines of a release's document on and off, each by its `#` alone, and its components with them.
 *
 * @throws AppError `not-found`; `document-changed` when it is not the one that was seen; `list-line-invalid` for a line
 * without a component, and for two that want one place
 */
export async function switchLines(
  access: Access<"catalog.write">,
  { releaseId, digest, lines }: SwitchLinesInput,
): Promise<void> {
  const named = await db.release.findUnique({ where: { id: releaseId }, select: documentFields });
  if (!named) throw new AppError("not-found", { what: "release" });
  const [rules, source] = await Promise.all([readTargetRules(), findSource(named)]);
  const objectName = `${named.name} ${named.version}`;
  const change: Change = { action: "release.edit", objectId: releaseId, objectName, organizationId: null };
  await withChange(access, change, async (tx, audit) => {
    await tx.$queryRaw`SELECT 1 FROM "Release" WHERE "id" = ${releaseId}::uuid FOR NO KEY UPDATE`;
    const row = await tx.release.findUniqueOrThrow({ where: { id: releaseId }, select: documentFields });
    if (row.document === null || digestOf(row.document) !== digest) {
      throw new AppError("document-changed", { name: objectName });
    }
    const before = parseDocument({ ...row, source }, row.document, rules);
    const after = switchAll(before, lines, nameFile(row));
    await tx.release.update({
      where: { id: releaseId },
      data: { document: formatDependenciesDocument(after) },
    });
    await followDocument(tx, releaseId, listEnabled(before), listEnabled(after));
    audit.after(describeChange(before, after));
  });
}

function switchAll(
  document: DependenciesDocument,
  lines: SwitchLinesInput["lines"],
  file: string,
): DependenciesDocument {
  try {
    const after = lines.reduce((now, { number, enabled }) => switchLine(now, number, enabled), document);
    const [conflict] = listDocumentComponents(after).conflicts;
    const stood = new Set(listDocumentComponents(document).conflicts.map(({ facts }) => facts.line));
    if (conflict && !stood.has(conflict.facts.line)) throw conflict;
    return after;
  } catch (cause) {
    if (!(cause instanceof EngineError)) throw cause;
    const { line = 0, value = "", problem = "columns" } = cause.facts;
    throw new AppError("list-line-invalid", { file, line, text: value, problem }, { cause });
  }
}

/** Components that are on, by what tells them apart. */
function listEnabled(document: DependenciesDocument): Map<string, ListedComponent> {
  const { components } = listDocumentComponents(document);
  return new Map(
    components
      .filter(({ enabled }) => enabled)
      .map((component) => [formatComponentKey(component), component]),
  );
}

/** What the text has switched is switched in the release; a component that it did not have comes last. */
async function followDocument(
  tx: ChangeTransaction,
  releaseId: string,
  before: ReadonlyMap<string, ListedComponent>,
  after: ReadonlyMap<string, ListedComponent>,
): Promise<void> {
  const standing = await tx.component.findMany({ where: { releaseId }, orderBy: { position: "asc" } });
  const switched = standing.filter(
    (component) => before.has(formatComponentKey(component)) !== after.has(formatComponentKey(component)),
  );
  for (const enabled of [true, false]) {
    const ids = switched
      .filter((component) => after.has(formatComponentKey(component)) === enabled)
      .map(({ id }) => id);
    await tx.component.updateMany({ where: { id: { in: ids } }, data: { enabled } });
  }
  const known = new Set(standing.map(formatComponentKey));
  const added = [...after].filter(([key]) => !before.has(key) && !known.has(key));
  const last = standing.at(-1)?.position ?? 0;
  await tx.component.createMany({
    data: added.map(([, { line: _line, moreTargets, ...component }], index) => ({
      ...component,
      moreTargets: [...moreTargets],
      releaseId,
      position: last + index + 1,
    })),
  });
}

function describeChange(before: DependenciesDocument, after: DependenciesDocument): object {
  const changed = after.lines.filter(({ enabled, number }) => before.lines[number - 1]?.enabled !== enabled);
  const name = (on: boolean) =>
    changed
      .filter(({ enabled }) => enabled === on)
      .slice(0, maxNamed)
      .map(({ number, columns }) => `${number}: ${columns.join(" ")}`);
  return { lines: changed.length, switchedOn: name(true), switchedOff: name(false) };
}
