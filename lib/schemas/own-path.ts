/**
 * A path of the panel itself: what may follow a sign-in. Anything that a browser could take for another origin
 * ("//host", "/\host", "https://host", control characters it drops) becomes the overview.
 */
export function parseOwnPath(text: string | null | undefined): string {
  const base = "http://panel.invalid";
  if (!text?.startsWith("/") || text.length > 2000) return "/";
  const url = URL.parse(text, base);
  if (url?.origin !== base) return "/";
  // Coming back to where signing in happens would ask again.
  if (/^\/(sign-in|setup|link|api)(\/|$)/.test(url.pathname)) return "/";
  // A pathname such as "//host", left after "/.//host" was resolved, is another origin again when it stands alone.
  return url.pathname.startsWith("//") ? "/" : `${url.pathname}${url.search}`;
}

/** Where sign-in is asked for, remembering what was asked first. */
export function formatSignInPath(next: string | null | undefined): string {
  const path = parseOwnPath(next);
  return path === "/" ? "/sign-in" : `/sign-in?${new URLSearchParams({ next: path }).toString()}`;
}
