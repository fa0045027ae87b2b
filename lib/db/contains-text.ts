/**
 * The filter of a search box: text that stands anywhere in a column, in any case. Prisma hands `contains` to LIKE as it
 * is, so what is a wildcard there is escaped here; PostgreSQL's text knows no zero character.
 */
export function containsText(text: string): { contains: string; mode: "insensitive" } {
  return { contains: text.replaceAll("\u0000", "").replace(/[\\%_]/g, "\\$&"), mode: "insensitive" };
}
