import { type NextRequest, NextResponse } from "next/server";
import { pathHeader } from "#lib/auth/request-path.ts";
import { sessionCookie } from "#lib/auth/session-cookie.ts";
import { formatSignInPath } from "#lib/schemas/own-path.ts";

/**
 * Sends who has no session cookie to sign-in before any page is made, and tells pages their own path. Not a guard: the
 * cookie is not looked into, and `authorize` decides.
 */
export function proxy(request: NextRequest): NextResponse {
  const { pathname, search } = request.nextUrl;
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (isRead && !request.cookies.has(sessionCookie) && !/^\/(sign-in|setup|link)$/.test(pathname)) {
    // Next sends an address on the request's own host as a path: the browser stays on the name that it asked.
    return NextResponse.redirect(new URL(formatSignInPath(pathname + search), request.url));
  }
  const headers = new Headers(request.headers);
  headers.set(pathHeader, pathname + search);
  return NextResponse.next({ request: { headers } });
}

// API routes answer for themselves, and bodies of what passes here are cut at 10 MB; files stand at the root only.
export const config = { matcher: ["/((?!api/|_next/|[^/]+\\.(?:ico|svg|png|txt|webmanifest)$).*)"] };
