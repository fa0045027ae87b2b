import "server-only";
import { cookies, headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import { AppError } from "#lib/errors.ts";
import { formatSignInPath } from "#lib/schemas/own-path.ts";
import { type Access, issueAccess } from "./access.ts";
import { type CurrentSession, findCurrentSession, type Presence } from "./current-session.ts";
import { mayRole, type Permission, permissions } from "./permissions.ts";
import { readRequestContext } from "./request-context.ts";
import { pathHeader } from "./request-path.ts";
import { sessionCookie } from "./session-cookie.ts";
import { readSessionToken } from "./session-token.ts";
import type { Viewer } from "./viewer.ts";

/** Session and user as they are now; read once per request, however many components ask. */
const currentSession = cache(async (presence: Presence): Promise<CurrentSession | null> => {
  const sessionId = await readSessionToken((await cookies()).get(sessionCookie)?.value);
  return sessionId === null ? null : findCurrentSession(sessionId, presence);
});

const requestContext = cache(async () => readRequestContext(await headers()));

/**
 * The one source of an Access for a person.
 * @throws AppError signed-out, not-allowed
 */
export async function authorize<P extends Permission>(
  permission: P,
  presence: Presence = "uses",
): Promise<Access<P>> {
  const session = await currentSession(presence);
  if (!session) throw new AppError("signed-out", {});
  if (!mayRole(session.role, permission)) throw new AppError("not-allowed", { permission });
  const { requestId, address } = await requestContext();
  return issueAccess(
    permission,
    {
      userId: session.userId,
      name: session.username,
      role: session.role,
      organizationId: session.organizationId,
      requestId,
      address,
    },
    session.role,
    session.sessionId,
  );
}

/** `authorize` for a page: who is signed out goes to sign-in and comes back; what is not allowed does not exist. */
export async function authorizePage<P extends Permission>(permission: P): Promise<Access<P>> {
  try {
    return await authorize(permission);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === "signed-out") return redirect(await signInPath());
    return notFound();
  }
}

/** Who looks, for the shell around the pages. Not a guard: each page asks `authorizePage` itself. */
export async function viewer(): Promise<Viewer> {
  return (await findViewer()) ?? redirect(await signInPath());
}

export async function findViewer(): Promise<Viewer | null> {
  const session = await currentSession("uses");
  return (
    session && {
      username: session.username,
      name: session.displayName,
      role: session.role,
      organizationName: session.organizationName,
      locale: session.locale,
      permissions: permissions.filter((permission) => mayRole(session.role, permission)),
    }
  );
}

async function signInPath(): Promise<string> {
  return formatSignInPath((await headers()).get(pathHeader));
}
