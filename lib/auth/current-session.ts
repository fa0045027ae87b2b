import "server-only";
import { z } from "zod";
import { db, writeDb } from "#lib/db/client.ts";
import type { Role } from "#lib/db/generated/enums.ts";

/** Who is signed in, as the database says at this moment. */
export interface CurrentSession {
  sessionId: string;
  userId: string;
  username: string;
  displayName: string;
  role: Role;
  locale: string | null;
  organizationId: string | null;
  organizationName: string | null;
}

interface SessionRow extends CurrentSession {
  lastSeenAt: Date;
}

const hour = 60 * 60 * 1000;
/** A session ends this long after sign-in, whatever happens. */
export const sessionLifetimeMs = 7 * 24 * hour;
/** A session ends when its person did nothing for so long. */
export const sessionIdleMs = 24 * hour;
const touchIntervalMs = 60 * 1000;

/** `uses`: a person opens a page or does something. `watches`: an open page asks by itself what is new. */
export type Presence = "uses" | "watches";

/**
 * Null when the session ended, was revoked, or when its user or their organization is disabled. Watching does not
 * prolong a session: a page left open would keep it for as long as it may last.
 */
export async function findCurrentSession(
  sessionId: string,
  presence: Presence,
): Promise<CurrentSession | null> {
  if (!z.uuid().safeParse(sessionId).success) return null;
  const idleSince = new Date(Date.now() - sessionIdleMs);
  const [row] = await db.$queryRaw<SessionRow[]>`
    SELECT s."id" AS "sessionId", s."lastSeenAt", u."id" AS "userId", u."username", u."displayName",
           u."role"::text AS "role", u."locale", u."organizationId", o."displayName" AS "organizationName"
      FROM "Session" s
      JOIN "User" u ON u."id" = s."userId"
      LEFT JOIN "Organization" o ON o."id" = u."organizationId"
     WHERE s."id" = ${sessionId}::uuid AND s."revokedAt" IS NULL
       AND s."expiresAt" > now() AND s."lastSeenAt" > ${idleSince}
       AND u."disabledAt" IS NULL AND o."disabledAt" IS NULL`;
  if (!row) return null;
  const { lastSeenAt, ...session } = row;
  if (presence === "uses" && Date.now() - lastSeenAt.getTime() > touchIntervalMs) {
    await writeDb.session.updateMany({ where: { id: sessionId }, data: { lastSeenAt: new Date() } });
  }
  return session;
}
