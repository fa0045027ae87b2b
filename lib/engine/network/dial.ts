import { connect, type LookupFunction, type OnReadOpts, type Socket } from "node:net";
import { bareHost } from "./ip-address.ts";

/** Limits and rules of the connections to one kind of server. */
export interface Reach {
  /** For name resolution, TCP and TLS together. */
  readonly timeoutMs: number;
  readonly lookup: LookupFunction;
}

export interface DialWish {
  /** Where what is read goes, if the connection is read straight from the kernel: without a tunnel, that is. */
  readonly onread?: OnReadOpts;
  /** A tunnel to the server, in which TLS is spoken. */
  readonly tunnel?: Socket;
}

/** Opens one connection to where a URL leads. */
export type Dial = (url: URL, wish: DialWish) => Promise<Socket>;

/** Before the next address of a name is tried. Node's quarter of a second gives up on hosts that are merely far. */
const autoSelectFamilyAttemptTimeout = 1_000;
/** When silent connections are asked whether they still stand. */
const keepAliveInitialDelay = 60_000;

/** What both kinds of connections are opened with. */
export function describeTarget(url: URL, { lookup }: Reach) {
  return {
    host: bareHost(url.hostname),
    port: Number(effectivePort(url)),
    lookup,
    autoSelectFamilyAttemptTimeout,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay,
  };
}

/** Plain TCP. */
export const createTcpDial =
  (reach: Reach): Dial =>
  (url, { onread }) =>
    established(connect({ ...describeTarget(url, reach), ...(onread && { onread }) }), "connect", reach);

/**
 * Resolves once a connection stands. From then on its errors are heard by nobody, but end it: a TLS alert in an open
 * session is otherwise emitted as an error, then as a plain end.
 */
export async function established(
  socket: Socket,
  event: "connect" | "secureConnect",
  { timeoutMs }: Pick<Reach, "timeoutMs">,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => socket.destroy(platformError("ETIMEDOUT")), timeoutMs);
    socket.on("error", (error) => {
      reject(error);
      socket.destroy(error);
    });
    socket.once("close", () => {
      clearTimeout(timer);
      reject(platformError("ECONNRESET"));
    });
    socket.once(event, () => {
      clearTimeout(timer);
      resolve(socket);
    });
  });
}

/** An error of ours that is classified like the platform's. */
export const platformError = (code: string): Error => Object.assign(new Error(code), { code });

export const effectivePort = (url: URL): string => url.port || (url.protocol === "https:" ? "443" : "80");
