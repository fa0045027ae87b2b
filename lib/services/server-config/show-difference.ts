import "server-only";
import { readCertificates } from "#lib/domain/certificates/read-certificates.ts";
import { compareConfigs, type ConfigDifference } from "#lib/domain/vcd/config-difference.ts";
import { type ConfigDocument, readField } from "#lib/domain/vcd/config-document.ts";
import { type ConfigField, placeOf } from "#lib/domain/vcd/config-fields.ts";
import type { JsonValue } from "#lib/domain/vcd/json-tree.ts";
import { hideSecrets } from "#lib/domain/vcd/hide-secrets.ts";
import type { DifferenceRow, ShownDifference } from "#lib/schemas/server-config.ts";

const maxRows = 300;
const maxLines = 100;
const maxLineLength = 1000;
const shownDigits = 16;

/** What differs between two documents, as people read it. */
export function showDifference(before: ConfigDocument, after: ConfigDocument): ShownDifference {
  return showDifferences(compareConfigs(before, after));
}

export function showDifferences(differences: readonly ConfigDifference[]): ShownDifference {
  return { rows: differences.slice(0, maxRows).map(showRow), count: differences.length };
}

function showRow({ path, field, kind, before, after, isSecret }: ConfigDifference): DifferenceRow {
  const show = (value: JsonValue | undefined) => (value === undefined ? null : showValue(field, value));
  // One that is told though it is secret is what is around the secret.
  return { path, field, kind, before: show(before), after: show(after), isSecret };
}

/** The value of a field; null where there is none, and where it is a secret as a whole. */
export function showField(document: ConfigDocument, field: ConfigField): string[] | null {
  const value = readField(document, field);
  return value === null || placeOf(field).kind === "secret"
    ? null
    : showValue(field, hideSecrets(value, placeOf(field).path));
}

function showValue(field: ConfigField | null, value: JsonValue): string[] {
  const isList = field !== null && placeOf(field).kind === "texts";
  const lines = isList && Array.isArray(value) ? value.flatMap(nameCertificates) : [formatValue(value)];
  return lines.slice(0, maxLines).map((line) => line.slice(0, maxLineLength));
}

const formatValue = (value: JsonValue): string =>
  typeof value === "string" ? value : JSON.stringify(value, null, 1);

/** A certificate is known by its subject and the beginning of its fingerprint, not by its text. */
function nameCertificates(text: unknown): string[] {
  if (typeof text !== "string") return [JSON.stringify(text)];
  const { found } = readCertificates(text);
  if (found.length === 0) return [text];
  return found.map(
    ({ certificate: { details, fingerprint } }) =>
      `${details.subject.text} (SHA-256 ${fingerprint.slice(0, shownDigits)}…)`,
  );
}
