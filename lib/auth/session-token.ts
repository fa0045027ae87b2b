import "server-only";
import { decode } from "next-auth/jwt";
import { z } from "zod";
import { getSessionSecret } from "#lib/secrets.ts";

/** All that the cookie's encrypted token says: which Session row it stands for. */
const sessionToken = z.object({ sid: z.uuid() });

/** The id of the Session row that a cookie names; null when it was not made by us, was altered or has expired. */
export async function readSessionToken(cookie: string | undefined): Promise<string | null> {
  if (!cookie) return null;
  try {
    const result = sessionToken.safeParse(await decode({ token: cookie, secret: getSessionSecret() }));
    return result.success ? result.data.sid : null;
  } catch {
    return null;
  }
}
