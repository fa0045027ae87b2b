import { createHmac, randomBytes } from "node:crypto";

/** The header that says who sent a webhook's body, and when. */
export const signatureHeader = "Drayage-Signature";

const secretBytes = 32;

/** A secret that nobody guesses, in a form that pastes well. */
export function makeSecret(): string {
  return `whsec_${randomBytes(secretBytes).toString("base64url")}`;
}

/**
 * `t=SECONDS,v1=HEX`: HMAC-SHA256 of the time, a dot and the body. The time is signed, too, so that who checks can refuse
 * what somebody recorded long ago and sends again.
 */
export function signBody(secret: string, body: string, at: Date): string {
  const time = Math.floor(at.getTime() / 1000);
  const mac = createHmac("sha256", secret).update(`${time}.${body}`).digest("hex");
  return `t=${time},v1=${mac}`;
}
