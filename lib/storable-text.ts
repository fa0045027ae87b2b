// A registry may send any text, and one image's must not keep the others from being recorded.

/** A text that PostgreSQL takes in any column: it knows no zero character, and its jsonb no half of a surrogate pair. */
export function storableText(text: string): string {
  return text.replaceAll("\u0000", "\ufffd").toWellFormed();
}

/** JSON whose every text PostgreSQL takes. */
export function formatStorableJson(value: unknown): string {
  return JSON.stringify(value, (_key, field: unknown) =>
    typeof field === "string" ? storableText(field) : field,
  );
}
