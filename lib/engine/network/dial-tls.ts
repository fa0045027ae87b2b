import { isIP } from "node:net";
import { connect } from "node:tls";
import { describeTarget, established, type Dial, type Reach } from "./dial.ts";
import type { TrustTerms } from "./tls-trust.ts";

/** Names whose sessions are kept for resumption. */
const maxSessions = 100;

/** TLS, also in a tunnel. Sessions are resumed within one dial only, since they vouch for what it presented. */
export function createTlsDial(reach: Reach, terms: Partial<TrustTerms>): Dial {
  const sessions = new Map<string, Buffer>();
  return async (url, { onread, tunnel }) => {
    const target = describeTarget(url, reach);
    const session = sessions.get(url.host);
    const socket = connect({
      ...target,
      ...terms,
      servername: isIP(target.host) === 0 ? target.host : "",
      ALPNProtocols: ["http/1.1"],
      ...(session && { session }),
      ...(tunnel ? { socket: tunnel } : onread && { onread }),
    });
    socket.on("session", (fresh) => {
      sessions.delete(url.host);
      if (sessions.size < maxSessions) sessions.set(url.host, fresh);
    });
    return established(socket, "secureConnect", reach);
  };
}
