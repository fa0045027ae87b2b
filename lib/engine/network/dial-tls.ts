import { isIP } from "node:net";
import { connect, type TLSSocket } from "node:tls";
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
    showNamesOnly(socket);
    socket.on("session", (fresh) => {
      sessions.delete(url.host);
      if (sessions.size < maxSessions) sessions.set(url.host, fresh);
    });
    return established(socket, "secureConnect", reach);
  };
}

/**
 * Gives Node, which asks a socket for the server's certificate to compare its names with the host, the names alone. The
 * whole, as `getPeerCertificate` describes it, has a segmentation fault in Node 24.21 for keys on curves without a name by
 * NIST, such as Brainpool's, anywhere in the chain.
 */
function showNamesOnly(socket: TLSSocket): void {
  const describe = (): Partial<ReturnType<TLSSocket["getPeerCertificate"]>> => {
    const certificate = socket.getPeerX509Certificate();
    const subject = certificate?.subject ?? "";
    const commonNames = subject
      .split("\n")
      .flatMap((line) => (line.startsWith("CN=") ? [line.slice(3)] : []));
    const { subjectAltName } = certificate ?? {};
    return {
      ...(commonNames.length > 0 && { subject: { CN: commonNames } }),
      ...(subjectAltName !== undefined && { subjectaltname: subjectAltName }),
    };
  };
  Object.assign(socket, { getPeerCertificate: describe });
}
