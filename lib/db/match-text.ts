interface TextFilter {
  mode: "insensitive";
}

/** The filter of a search box: text that stands anywhere in a column, in any case. */
export function containsText(text: string): TextFilter & { contains: string } {
  return { contains: escapePattern(text), mode: "insensitive" };
}

/** The same text in any case. */
export function equalsText(text: string): TextFilter & { equals: string } {
  return { equals: escapePattern(text), mode: "insensitive" };
}

/**
 * Prisma hands insensitive filters to ILIKE as they are, so what is a wildcard there is escaped here; and PostgreSQL's
 * text knows no zero character.
 */
function escapePattern(text: string): string {
  return text.replaceAll("\u0000", "").replace(/[\\%_]/g, "\\$&");
}
