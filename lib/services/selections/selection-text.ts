import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { formatComponentKey } from "#lib/domain/catalog/component-key.ts";
import { formatListLine } from "#lib/domain/catalog/format-list-line.ts";
import type { SelectionLine, SelectionParams, SelectionText } from "#lib/schemas/selections.ts";
import { readSwitchableDocument } from "../dependencies/switchable-document.ts";
import { findOwner } from "./find-owner.ts";
import { findOfferedParts, type OfferedRow } from "./offered-components.ts";

/**
 * A release as text, to be shown as its components are switched: the text that it was made from, or one line for each
 * component. What is not offered is off.
 *
 * @throws AppError `not-found`
 */
export async function getSelectionText(
  access: Access<"selection.read">,
  params: SelectionParams,
): Promise<SelectionText> {
  const { file, lines } = await readText(access, params);
  return { file, lines };
}

/** The selection as it is saved, or would be if nothing were changed, as a file. @throws AppError `not-found` */
export async function downloadSelectionText(
  access: Access<"selection.read">,
  params: SelectionParams,
): Promise<{ name: string; text: string }> {
  const { file, lines, rows } = await readText(access, params);
  const on = new Set(rows.filter(({ isOn }) => isOn).map(({ id }) => id));
  const text = lines.map((line) =>
    line.componentId === null || on.has(line.componentId) ? line.on : line.off,
  );
  return { name: file, text: text.join("\n") };
}

async function readText(
  access: Access<"selection.read">,
  { organization: name, release: releaseId }: SelectionParams,
): Promise<SelectionText & { rows: OfferedRow[] }> {
  const { organization, offer } = await findOwner(access, { name });
  const { rows } = await findOfferedParts(offer, organization.id, releaseId);
  const { file, lines } = await readSwitchableDocument(releaseId);
  if (lines === null) return { file, lines: generateLines(rows), rows };
  const idOf = new Map(rows.map((row) => [formatComponentKey(row), row.id]));
  return {
    file,
    lines: lines.map(({ component, on, off }) => {
      if (component === null) return { componentId: null, on, off };
      const componentId = idOf.get(formatComponentKey(component));
      return componentId === undefined ? { componentId: null, on: off, off } : { componentId, on, off };
    }),
    rows,
  };
}

function generateLines(rows: readonly OfferedRow[]): SelectionLine[] {
  const lines = rows.map((row) => {
    const text = formatListLine(row);
    return { componentId: row.id, on: text, off: `#${text}` };
  });
  // The last line ends, too.
  return [...lines, { componentId: null, on: "", off: "" }];
}
