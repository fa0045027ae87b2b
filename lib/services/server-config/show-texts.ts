import "server-only";
import { type ConfigDocument, readField } from "#lib/domain/vcd/config-document.ts";
import { placeOf } from "#lib/domain/vcd/config-fields.ts";
import { hideInText } from "#lib/domain/vcd/secret-values.ts";
import { type TextField, textFields } from "#lib/schemas/server-config.ts";

/** The fields as a form shows them: without secrets, and empty where there is nothing. */
export function showTexts(document: ConfigDocument): Record<TextField, string> {
  const texts = textFields.map((field) => {
    const value = placeOf(field).kind === "secret" ? null : readField(document, field);
    return [field, value === null ? "" : hideInText(String(value))];
  });
  return Object.fromEntries(texts) as Record<TextField, string>;
}
