import "server-only";
import type { NextAuthOptions, RequestInternal } from "next-auth";
import credentials from "next-auth/providers/credentials";
import { cookies, headers } from "next/headers";
import type { z } from "zod";
import { errorView } from "#lib/error-view.ts";
import { logger } from "#lib/logger.ts";
import { setUpInput, type SignInWay, signInInput, useLinkInput } from "#lib/schemas/account.ts";
import { getSessionSecret } from "#lib/secrets.ts";
import { sessionLifetimeMs } from "./current-session.ts";
import { writeLocaleCookie } from "./locale-cookie.ts";
import { readRequestContext, type RequestContext } from "./request-context.ts";
import { callbackCookie, csrfCookie, secureCookies, sessionCookie } from "./session-cookie.ts";
import { readSessionToken } from "./session-token.ts";
import type { OpenedSession } from "./sessions.ts";
import { setUp } from "./setup-link.ts";
import { redeemSignInLink } from "./sign-in-link.ts";
import { signIn, signOut } from "./sign-in.ts";

/**
 * Each way is a credentials provider. next-auth carries what `authorize` throws as the text of a message, so the error crosses it as JSON. The "user" that
 * it gets is the Session row: nothing else shall reach the token.
 */
function signInWay<S extends z.ZodType>(
  id: SignInWay,
  input: S,
  run: (input: z.output<S>, context: RequestContext) => Promise<OpenedSession>,
) {
  return credentials({
    id,
    credentials: {},
    authorize: async (fields: unknown, request: Pick<RequestInternal, "headers">) => {
      try {
        const context = readRequestContext(new Headers(request.headers as Record<string, string>));
        const session = await run(input.parse(fields), context);
        await endReplacedSession(context);
        await writeLocaleCookie(session.locale);
        return { id: session.sessionId };
      } catch (error) {
        throw new Error(JSON.stringify(errorView(error)), { cause: error });
      }
    },
  });
}

/** A browser holds one session: the one whose cookie is about to be overwritten would live on unseen. */
async function endReplacedSession(context: RequestContext): Promise<void> {
  const replaced = await readSessionToken((await cookies()).get(sessionCookie)?.value);
  if (replaced !== null) await signOut(replaced, context);
}

const cookieOptions = { httpOnly: true, sameSite: "lax", path: "/", secure: secureCookies } as const;

export function nextAuthOptions(): NextAuthOptions {
  return {
    secret: getSessionSecret(),
    providers: [
      signInWay("password", signInInput, signIn),
      signInWay("setup", setUpInput, setUp),
      signInWay("link", useLinkInput, redeemSignInLink),
    ],
    session: { strategy: "jwt", maxAge: sessionLifetimeMs / 1000 },
    useSecureCookies: secureCookies,
    cookies: {
      sessionToken: { name: sessionCookie, options: cookieOptions },
      csrfToken: { name: csrfCookie, options: cookieOptions },
      callbackUrl: { name: callbackCookie, options: cookieOptions },
    },
    pages: { signIn: "/sign-in", error: "/sign-in" },
    callbacks: {
      jwt: ({ token, user }) => ({ sid: (user as { id?: string } | undefined)?.id ?? token.sid }),
      // Where to go next is the page's business; no address from a request is ever followed.
      redirect: ({ baseUrl }) => baseUrl,
    },
    events: {
      signOut: async ({ token }) => {
        if (typeof token.sid === "string") {
          await signOut(token.sid, readRequestContext(await headers()));
        }
      },
    },
    logger: {
      error: (code, metadata) => logger.error({ code, metadata }, "next-auth"),
      warn: (code) => logger.warn({ code }, "next-auth"),
      debug: () => undefined,
    },
  };
}
