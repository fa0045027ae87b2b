import { constants, type X509Certificate } from "node:crypto";
import { isIP, type Socket } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import { abortError } from "./abort-error.ts";
import { classifyFailure } from "./classify-failure.ts";
import { Dialer, type DialOptions } from "./connector.ts";
import { platformError } from "./dial.ts";
import { bareHost } from "./ip-address.ts";
import { NetworkError } from "./network-error.ts";
import { orAbort } from "./or-abort.ts";

export interface TlsProbeOptions extends Pick<DialOptions, "caCertificates" | "proxy" | "addressPolicy"> {
  /** `https://host[:port]` */
  readonly origin: string;
  /** What the server is asked for (SNI, RFC 6066 section 3); the host of the origin unless given. */
  readonly serverName?: string;
  /** For the way to the server, with a proxy for the way to that and behind it each, and for TLS: 10 s unless given. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** How a server introduces itself. */
export interface TlsProbe {
  /** DER, as they were sent: the server's own first, then in whatever order, none left out. */
  readonly certificates: readonly Uint8Array[];
  /** `TLSv1.2`; null when the server broke off before. */
  readonly protocol: string | null;
  readonly cipher: string | null;
  /** Where the server was reached; null behind a proxy. */
  readonly address: string | null;
  /** Why the server broke off after it had sent its certificates: most often it wants one of the client. */
  readonly failure: NetworkError | null;
}

const defaultTimeoutMs = 10_000;
/** How long a server of TLS 1.3 gets, after the handshake, to say that it wants a certificate of the client. */
const verdictTimeoutMs = 1_000;
/** OpenSSL reads a list of 100 KiB at most. */
const maxCertificates = 400;

/**
 * Takes part in a TLS handshake to see the server's certificates, whatever they are, and ends it: nothing is sent in the
 * connection, and nothing that is learned in it is trusted. Protocols and ciphers that are refused elsewhere are good
 * enough for that.
 *
 * @throws NetworkError when the server cannot be reached or sends no certificates; an Error named `AbortError`
 */
export async function probeTls(options: TlsProbeOptions): Promise<TlsProbe> {
  const { origin, signal, timeoutMs = defaultTimeoutMs, serverName } = options;
  const url = new URL(origin);
  try {
    const dialer = new Dialer(url, { ...options, connectTimeoutMs: timeoutMs });
    signal?.throwIfAborted();
    const { socket, proxied } = await orAbort(dialer.openBare(), signal);
    const address = proxied ? null : (socket.remoteAddress ?? null);
    const name = serverName ?? bareHost(url.hostname);
    const handshake = new Handshake(socket, name, url.origin, timeoutMs, signal);
    return { ...(await handshake.run()), address };
  } catch (error) {
    throw signal?.aborted ? abortError(signal.reason) : (classifyFailure(error, url.origin, false) ?? error);
  }
}

class Handshake {
  readonly #socket: Socket;
  readonly #tls: TLSSocket;
  readonly #origin: string;
  readonly #timeoutMs: number;
  readonly #signal: AbortSignal | undefined;
  #certificates: readonly Uint8Array[] = [];
  #protocol: string | null = null;
  #cipher: string | null = null;

  constructor(
    socket: Socket,
    serverName: string,
    origin: string,
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ) {
    this.#origin = origin;
    this.#timeoutMs = timeoutMs;
    this.#signal = signal;
    this.#socket = socket;
    this.#tls = connect({
      socket,
      servername: isIP(serverName) === 0 ? serverName : "",
      ALPNProtocols: ["http/1.1"],
      rejectUnauthorized: false,
      // No list of authorities is needed, and reading one takes long.
      ca: [],
      minVersion: "TLSv1",
      ciphers: "ALL:!aNULL:!eNULL:@SECLEVEL=0",
      secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
    });
  }

  async run(): Promise<Omit<TlsProbe, "address">> {
    const error = await this.#shakeHands();
    if (error !== null && (this.#certificates.length === 0 || this.#signal?.aborted)) throw error;
    return {
      certificates: this.#certificates,
      protocol: this.#protocol,
      cipher: this.#cipher,
      failure: error && this.#explain(error),
    };
  }

  /** @returns what the server broke off with, or null */
  async #shakeHands(): Promise<Error | null> {
    const tls = this.#tls;
    return new Promise((resolve) => {
      const timers = [setTimeout(() => settle(platformError("ETIMEDOUT")), this.#timeoutMs)];
      const onAbort = () => settle(abortError(this.#signal?.reason));
      const settle = (error: Error | null) => {
        for (const timer of timers) clearTimeout(timer);
        this.#signal?.removeEventListener("abort", onAbort);
        resolve(error);
        tls.destroy();
        this.#socket.destroy();
      };
      this.#signal?.addEventListener("abort", onAbort);
      // Emitted as soon as keys are agreed upon: then the certificates are there, also where the handshake fails after.
      tls.on("keylog", () => this.#takeCertificates());
      tls.on("error", settle);
      tls.once("close", () => settle(this.#protocol === null ? platformError("ECONNRESET") : null));
      tls.once("secureConnect", () => {
        this.#takeCertificates();
        this.#protocol = tls.getProtocol();
        this.#cipher = tls.getCipher().name;
        // In TLS 1.3 a client is done before the server has judged it (RFC 8446 section 4.4.2.4).
        if (this.#protocol !== "TLSv1.3") return settle(null);
        tls.once("session", () => settle(null));
        timers.push(setTimeout(() => settle(null), verdictTimeoutMs));
        tls.resume();
      });
    });
  }

  /** Once: Node takes them off the session's own list. */
  #takeCertificates(): void {
    if (this.#certificates.length > 0) return;
    const found: Uint8Array[] = [];
    // Node links all that were sent in their order, whoever has issued whom.
    let next: X509Certificate | undefined = this.#tls.getPeerX509Certificate();
    for (; next !== undefined && found.length < maxCertificates; next = next.issuerCertificate) {
      found.push(new Uint8Array(next.raw));
    }
    this.#certificates = found;
  }

  /** A server of TLS 1.2 that gets no certificate may end with a general alert (RFC 5246 section 7.4.6). */
  #explain(error: Error): NetworkError {
    const failure = classifyFailure(error, this.#origin, false);
    if (failure === null) throw error;
    const { platformCode = "" } = failure.facts;
    if (this.#protocol !== null || !platformCode.endsWith("_ALERT_HANDSHAKE_FAILURE")) return failure;
    return new NetworkError("client-certificate-required", failure.facts, error);
  }
}
