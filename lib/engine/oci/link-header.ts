/**
 * The next page that a `Link` header names (RFC 8288 section 3), or null. Only on the server's own origin: what a list
 * goes on to must not be a way to be sent elsewhere.
 */
export function findNextPage(header: string | undefined, base: URL): URL | null {
  // Targets may hold commas, so entries are told apart by their angle brackets.
  for (const [, target = "", parameters = ""] of (header ?? "").matchAll(/<([^<>]*)>((?:\s*;[^<]*)?)/g)) {
    if (!/;\s*rel\s*=\s*(?:next|"(?:[^"]*\s)?next(?:\s[^"]*)?")\s*(?:[;,]|$)/i.test(parameters)) continue;
    const next = URL.parse(target, base);
    if (next?.origin === base.origin) return next;
  }
  return null;
}
