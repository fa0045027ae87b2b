import { request as httpRequest, type IncomingMessage } from "node:http";
import type { LookupFunction, Socket } from "node:net";
import buildConnector from "undici/lib/core/connect.js";
import Agent from "undici/lib/dispatcher/agent.js";
import { classifyFailure } from "./classify-failure.ts";
import { asError, dial, effectivePort, targetOf, type Connector } from "./dial.ts";
import { NetworkError, type NetworkFacts, type NetworkErrorCode } from "./network-error.ts";
import { matchesNoProxy } from "./no-proxy.ts";
import type { TrustStore } from "./tls-trust.ts";

export interface ProxyOptions {
  /** `http(s)://[user:password@]host[:port]`; the scheme is how the proxy itself is spoken to. */
  readonly url: string;
  /** Rules of `matchesNoProxy`: what is reached without it. */
  readonly noProxy?: readonly string[];
}

interface RouteOptions {
  readonly timeoutMs: number;
  readonly lookup: LookupFunction;
  /** For an `https:` proxy. */
  readonly loadTrust: () => Promise<TrustStore>;
  /** For requests of plain HTTP, which are sent to the proxy as they are. */
  readonly agent: Omit<Agent.Options, "connect">;
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
  /** Carries requests in absolute form. */
  readonly agent: Agent;
  readonly origin: string;
  readonly #url: URL;
  readonly #noProxy: readonly string[];
  readonly #options: RouteOptions;
  #connector: Promise<Connector> | undefined;
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
    this.agent = new Agent({
      ...options.agent,
      connect: (_target, callback) => {
        this.#dial().then(
          (socket) => callback(null, socket),
          (error: unknown) => callback(asError(error), null),
        );
      },
    });
  }

  /** Whether the rules let a server be reached directly. */
  bypasses(url: URL): boolean {
    return matchesNoProxy(url, this.#noProxy);
  }

  /** @throws NetworkError `proxy-unreachable`, `proxy-tls-failed`, `proxy-unauthorized`, `proxy-refused` */
  async openTunnel(url: URL): Promise<Socket> {
    const socket = await this.#dial();
    const { response, head } = await this.#connect(socket, `${url.hostname}:${effectivePort(url)}`);
    const status = response.statusCode ?? 0;
    if (status < 200 || status > 299) {
      // Nobody reads what it says.
      socket.on("error", () => undefined).destroy();
      throw this.refuse(status);
    }
    if (head.byteLength > 0) socket.unshift(head);
    return socket;
  }

  refuse(status: number): NetworkError {
    return status === 407
      ? this.#fail("proxy-unauthorized", { retryable: false, status })
      : this.#fail("proxy-refused", { retryable: passingStatuses.has(status), status });
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }

  async #dial(): Promise<Socket> {
    this.#connector ??= this.#buildConnector();
    try {
      const socket = await dial(await this.#connector, targetOf(this.#url));
      this.#reached = true;
      return socket;
    } catch (error) {
      throw this.#explain(error);
    }
  }

  async #buildConnector(): Promise<Connector> {
    const { timeoutMs: timeout, lookup, loadTrust } = this.#options;
    if (this.#url.protocol !== "https:") return buildConnector({ timeout, lookup });
    return buildConnector({ timeout, lookup, secureContext: (await loadTrust()).getVerifying() });
  }

  async #connect(socket: Socket, authority: string): Promise<{ response: IncomingMessage; head: Buffer }> {
    return new Promise<{ response: IncomingMessage; head: Buffer }>((resolve, reject) => {
      const request = httpRequest({
        createConnection: () => socket,
        method: "CONNECT",
        path: authority,
        headers: { host: authority, "user-agent": "drayage", ...this.headers },
      });
      const timer = setTimeout(() => {
        request.destroy(Object.assign(new Error("the proxy did not answer"), { code: "ETIMEDOUT" }));
      }, this.#options.timeoutMs);
      request.once("close", () => clearTimeout(timer));
      request.once("connect", (response, _socket, head) => {
        clearTimeout(timer);
        resolve({ response, head });
      });
      request.once("error", (error) => reject(asError(this.#explain(error))));
      request.end();
    });
  }

  /** A failure on the way to the proxy is told apart from one of the server behind it. */
  #explain(error: unknown): unknown {
    const failure = classifyFailure(error, this.origin, this.#reached);
    if (failure === null) return error;
    const { retryable, platformCode } = failure.facts;
    const code = failure.code.startsWith("tls-") ? "proxy-tls-failed" : "proxy-unreachable";
    return this.#fail(code, { retryable, ...(platformCode === undefined ? {} : { platformCode }) }, error);
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
