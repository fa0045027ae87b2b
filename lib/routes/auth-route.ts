import "server-only";
import NextAuth from "next-auth";
import { NextRequest } from "next/server";
import { z } from "zod";
import { nextAuthOptions } from "#lib/auth/next-auth-options.ts";
import { assertSameOrigin, panelOrigin } from "#lib/auth/origin.ts";
import { errorView } from "#lib/error-view.ts";
import { AppError, appErrorStatus, type ErrorView } from "#lib/errors.ts";
import { signInWays } from "#lib/schemas/account.ts";
import { readJson } from "./read-body.ts";

interface RouteContext {
  params: Promise<{ nextauth: string[] }>;
}

const fieldTexts = z.record(z.string(), z.string());

const callNextAuth = (request: NextRequest, context: RouteContext): Promise<Response> =>
  (NextAuth(nextAuthOptions()) as (request: NextRequest, context: RouteContext) => Promise<Response>)(
    request,
    context,
  );

/** `GET /api/auth/csrf`: the token that a sign-in must bring along. Nothing else of next-auth's is reachable. */
export async function handleAuthGet(request: NextRequest, context: RouteContext): Promise<Response> {
  const path = (await context.params).nextauth.join("/");
  return path === "csrf" ? callNextAuth(request, context) : new Response(null, { status: 404 });
}

/**
 * `POST /api/auth/callback/<way>` and `/api/auth/signout`, JSON in, JSON out: `{ ok: true }` or `{ error }` as our other
 * routes answer, with the cookies that next-auth sets.
 */
export async function handleAuthPost(request: NextRequest, context: RouteContext): Promise<Response> {
  try {
    const path = (await context.params).nextauth.join("/");
    if (path !== "signout" && !signInWays.some((way) => path === `callback/${way}`)) {
      return new Response(null, { status: 404 });
    }
    assertSameOrigin(request.headers);
    const { callbackUrl: _, ...fields } = await readJson(request, fieldTexts);
    const forwarded = new NextRequest(new URL(request.nextUrl.pathname, request.url), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...fields, json: "true" }),
    });
    const response = await callNextAuth(forwarded, context);
    return answer(outcomeOf(await response.json()), response.headers.getSetCookie());
  } catch (error) {
    return answer(errorView(error), []);
  }
}

const errorInUrl = z.object({ code: z.string(), facts: z.record(z.string(), z.unknown()) });

/** next-auth tells how it went by the address it would have a form go to; null is success. */
function outcomeOf(body: unknown): ErrorView | null {
  const { url } = z.object({ url: z.string() }).parse(body);
  const query = new URL(url, panelOrigin).searchParams;
  // The cookie that must match the token did not come back.
  if (query.has("csrf")) return errorView(new AppError("cookies-refused", { publicUrl: panelOrigin }));
  const error = query.get("error");
  return error === null ? null : errorInUrl.parse(JSON.parse(error));
}

function answer(error: ErrorView | null, setCookies: string[]): Response {
  const response = Response.json(error === null ? { ok: true } : { error }, {
    status: error === null ? 200 : appErrorStatus(error.code),
    headers: { "cache-control": "no-store" },
  });
  for (const cookie of setCookies) response.headers.append("set-cookie", cookie);
  const retryAfterSeconds = error?.facts.retryAfterSeconds;
  if (typeof retryAfterSeconds === "number") response.headers.set("retry-after", String(retryAfterSeconds));
  return response;
}
