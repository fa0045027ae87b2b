import { randomUUID } from "node:crypto";
import { env } from "#lib/env.ts";
import { clientAddress } from "./client-address.ts";

/** What the audit trail and a session remember of the request that made them. */
export interface RequestContext {
  requestId: string;
  address: string;
  userAgent: string;
}

const maxUserAgentLength = 300;

export function readRequestContext(headers: Headers, trustProxy = env.TRUST_PROXY): RequestContext {
  // A reverse proxy's own id ties our entries to its log; from anyone else it would be a name of their choice.
  const given = trustProxy ? (headers.get("x-request-id") ?? "") : "";
  return {
    requestId: /^[\w.:-]{1,100}$/.test(given) ? given : randomUUID(),
    address: clientAddress(headers),
    userAgent: (headers.get("user-agent") ?? "").slice(0, maxUserAgentLength),
  };
}
