import type { Socket } from "node:net";
import { classifyFailure } from "./classify-failure.ts";
import { createTcpDial, effectivePort, type Dial, type DialWish, type Reach } from "./dial.ts";
import { NetworkError, type NetworkFacts, type NetworkErrorCode } from "./network-error.ts";
import { matchesNoProxy } from "./no-proxy.ts";
import { askForTunnel } from "./proxy-tunnel.ts";
import type { TrustStore } from "./tls-trust.ts";

export interface ProxyOptions {
  /** `http(s)://[user:password@]host[:port]`; the scheme is how the proxy itself is spoken to. */
  readonly url: string;
  /** Rules of `matchesNoProxy`: what is reached without it. */
  readonly noProxy?: readonly string[];
}

interface RouteOptions extends Reach {
  /** @throws AddressRefused when the host is an address that may not be dialled */
  readonly admit: (hostname: string) => void;
  /** For an `https:` proxy. */
  readonly loadTrust: () => Promise<TrustStore>;
}

/** Refusals that are the passing trouble of a proxy or of what stands behind it. */
const passingStatuses = new Set([429, 502, 503, 504]);

/**
 * The way through one proxy: tunnels (CONNECT) to HTTPS servers, and requests in absolute form (RFC 9112 section 3.2.2)
 * for plain HTTP, since many proxies refuse a tunnel to port 80.
 */
export class ProxyRoute {
  /** `host:port`, without the credentials. */
  readonly name: string;
  /** What requests in absolute form carry besides. */
  readonly headers: Readonly<Record<string, string>>;
  readonly origin: string;
  readonly #url: URL;
  readonly #noProxy: readonly string[];
  readonly #options: RouteOptions;
  #dialing: Promise<Dial> | undefined;
  /** Whether the proxy was connected to before: then a failure may pass. */
  #reached = false;

  /** @throws NetworkError `proxy-invalid` */
  constructor({ url: text, noProxy = [] }: ProxyOptions, options: RouteOptions) {
    const url = URL.parse(text);
    if (url === null || !/^https?:$/.test(url.protocol)) {
      // The text may hold a password, so it is told to nobody.
      throw new NetworkError("proxy-invalid", { origin: "", retryable: false });
    }
    this.#url = url;
    this.#noProxy = noProxy;
    this.#options = options;
    this.name = `${url.hostname}:${effectivePort(url)}`;
    this.origin = url.origin;
    this.headers = readAuthorization(url);
  }

  /** Whether the rules let a server be reached directly. */
  bypasses(url: URL): boolean {
    return matchesNoProxy(url, this.#noProxy);
  }

  /** Whether the proxy itself is asked, for this server; else it is asked for a tunnel. */
  forwards(url: URL): boolean {
    return url.protocol === "http:";
  }

  /** @throws NetworkError as `open`, and `proxy-unauthorized`, `proxy-refused` */
  async openTunnel(url: URL): Promise<Socket> {
    const socket = await this.open({});
    const authority = `${url.hostname}:${effectivePort(url)}`;
    try {
      const status = await askForTunnel(socket, authority, this.headers, this.#options.timeoutMs);
      if (status >= 200 && status <= 299) return socket;
      throw this.refuse(status);
    } catch (error) {
      socket.destroy();
      throw this.#explain(error);
    }
  }

  refuse(status: number): NetworkError {
    return status === 407
      ? this.#fail("proxy-unauthorized", { retryable: false, status })
      : this.#fail("proxy-refused", { retryable: passingStatuses.has(status), status });
  }

  /** Connects to the proxy. @throws NetworkError `proxy-unreachable`, `proxy-tls-failed`, `address-refused` */
  async open(wish: DialWish): Promise<Socket> {
    try {
      this.#options.admit(this.#url.hostname);
      this.#dialing ??= this.#createDial();
      const dial = await this.#dialing;
      const socket = await dial(this.#url, wish);
      this.#reached = true;
      return socket;
    } catch (error) {
      throw this.#explain(error);
    }
  }

  async #createDial(): Promise<Dial> {
    if (this.#url.protocol !== "https:") return createTcpDial(this.#options);
    const [trust, { createTlsDial }] = await Promise.all([
      this.#options.loadTrust(),
      import("./dial-tls.ts"),
    ]);
    return createTlsDial(this.#options, { secureContext: trust.getVerifying() });
  }

  /** A failure on the way to the proxy is told apart from one of the server behind it. */
  #explain(error: unknown): unknown {
    if (error instanceof NetworkError) return error;
    const failure = classifyFailure(error, this.origin, this.#reached);
    if (failure === null) return error;
    if (failure.code === "address-refused") return this.#fail(failure.code, failure.facts, error);
    const code = failure.code.startsWith("tls-") ? "proxy-tls-failed" : "proxy-unreachable";
    return this.#fail(code, failure.facts, error);
  }

  #fail(
    code: NetworkErrorCode,
    facts: Omit<NetworkFacts, "origin" | "proxy">,
    cause?: unknown,
  ): NetworkError {
    return new NetworkError(code, { ...facts, origin: this.origin, proxy: this.name }, cause);
  }
}

function readAuthorization({ username, password }: URL): Record<string, string> {
  if (username === "" && password === "") return {};
  const credentials = Buffer.from(`${decode(username)}:${decode(password)}`).toString("base64");
  return { "proxy-authorization": `Basic ${credentials}` };
}

/** A lone percent sign is taken as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
