import "server-only";
import { env } from "#lib/env.ts";

/** Whether cookies are Secure and carry a name prefix that only https may set. */
export const secureCookies = env.PUBLIC_URL.startsWith("https:");

// The __Host- prefix forbids a Domain and a path other than "/", so no sibling host can plant a session.
const prefix = secureCookies ? "__Host-" : "";

// next-auth joins every cookie whose name starts with the session's, so no name may begin with another.
export const sessionCookie = `${prefix}drayage_session`;
export const csrfCookie = `${prefix}drayage_csrf`;
export const callbackCookie = `${prefix}drayage_callback`;
