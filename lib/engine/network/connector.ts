import { connect as connectTls, getCACertificates } from "node:tls";
import buildConnector from "undici/lib/core/connect.js";

/** How to reach and trust one endpoint. Client certificates, a proxy and an address policy belong here too. */
export interface DialOptions {
  /** PEM certificates trusted besides the system's. */
  readonly caCertificates?: readonly string[];
  /** Accept any certificate from the endpoint's own host; other hosts it points to are verified all the same. */
  readonly skipVerify?: boolean;
  /** For name resolution, TCP and TLS together. */
  readonly connectTimeoutMs: number;
}

type Connector = ReturnType<typeof buildConnector>;

let systemRoots: readonly string[] | undefined;

/** Mozilla's list as Node ships it and the machine's own, to which administrators add their CA. Slow: read once. */
function listSystemRoots(): readonly string[] {
  systemRoots ??= [...new Set([...getCACertificates("default"), ...getCACertificates("system")])];
  return systemRoots;
}

/** Opens the connections of one transport. TLS material is read on the first https connection. */
export function createConnector(ownHostname: string, options: DialOptions): Connector {
  const timeout = options.connectTimeoutMs;
  const plain = buildConnector({ timeout });
  let verified: Connector | undefined;
  let unverified: Connector | undefined;
  return (target, callback) => {
    if (target.protocol !== "https:") {
      plain(target, callback);
    } else if (options.skipVerify === true && target.hostname === ownHostname) {
      unverified ??= buildConnector({ timeout, rejectUnauthorized: false });
      unverified(target, callback);
    } else {
      verified ??= buildConnector({ timeout, ca: [...listSystemRoots(), ...(options.caCertificates ?? [])] });
      verified(target, callback);
    }
  };
}

/** Whether a TLS server answers there; its certificate does not matter. */
export async function speaksTls(url: URL, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTls({
      host: url.hostname.replace(/^\[|\]$/g, ""),
      port: Number(url.port || 80),
      rejectUnauthorized: false,
      timeout: timeoutMs,
    });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("secureConnect", () => settle(true));
    socket.once("timeout", () => settle(false));
    socket.once("error", () => settle(false));
  });
}
