import type { OnReadOpts } from "node:net";
import { abortError } from "./abort-error.ts";
import { BodyReader } from "./body-reader.ts";
import { classifyFailure } from "./classify-failure.ts";
import { ConnectionPool } from "./connection-pool.ts";
import { Dialer, type DialOptions } from "./connector.ts";
import { maxErrorBodyBytes, readLimited, type HttpRequest, type HttpResponse } from "./http-message.ts";
import { NetworkError } from "./network-error.ts";
import { formatRequest } from "./outgoing-request.ts";
import type { ProxyRoute } from "./proxy-route.ts";

/** Limits of one transport, in milliseconds. */
interface Timeouts {
  readonly connectTimeoutMs: number;
  /** From the end of the request to the head of the answer; also how long a target may refuse to take more bytes. */
  readonly headersTimeoutMs: number;
  /** Longest silence inside a body. */
  readonly bodyIdleTimeoutMs: number;
  /** For a whole body that is read into memory: a server that drips bytes never falls silent. */
  readonly readTimeoutMs: number;
}

const defaultTimeouts: Timeouts = {
  connectTimeoutMs: 10_000,
  headersTimeoutMs: 120_000,
  bodyIdleTimeoutMs: 60_000,
  readTimeoutMs: 120_000,
};

const maxRedirects = 5;
/** Of one request, while the connections that it meets have been closed by the server meanwhile. */
const maxAttempts = 3;

export interface Endpoint extends Omit<DialOptions, "connectTimeoutMs"> {
  /** `http(s)://host[:port]` */
  readonly origin: string;
  readonly timeouts?: Partial<Timeouts>;
}

/** Connections to one endpoint and to the servers it points to. */
export interface Transport {
  readonly origin: string;
  /** HTTP requests sent so far, redirects included. */
  readonly requests: number;
  /** @throws NetworkError; an Error named `AbortError` when the signal fired or the transport was closed */
  request(request: HttpRequest): Promise<HttpResponse>;
  /** Ends all connections, whatever they carry. */
  close(): Promise<void>;
}

/**
 * Opens a transport. Connections are kept alive and made as needed; how many requests run at once is the caller's
 * decision.
 */
export function createTransport(endpoint: Endpoint): Transport {
  return new PooledTransport(endpoint);
}

class PooledTransport implements Transport {
  readonly origin: string;
  requests = 0;
  readonly #pool: ConnectionPool;
  readonly #dialer: Dialer;
  readonly #timeouts: Timeouts;
  /** Origins that have answered. */
  readonly #reached = new Set<string>();
  /** By origin, whether TLS is spoken there after all: asked once, when a plain request met something odd. */
  readonly #tlsProbes = new Map<string, Promise<boolean>>();

  constructor(endpoint: Endpoint) {
    const url = new URL(endpoint.origin);
    this.origin = url.origin;
    this.#timeouts = { ...defaultTimeouts, ...endpoint.timeouts };
    this.#dialer = new Dialer(url, { ...endpoint, connectTimeoutMs: this.#timeouts.connectTimeoutMs });
    this.#pool = new ConnectionPool(this.#timeouts);
  }

  async request(request: HttpRequest): Promise<HttpResponse> {
    let { url } = request;
    let headers = request.headers ?? {};
    for (let redirects = 0; ; redirects++) {
      const response = await this.#send({ ...request, url, headers });
      const location = response.headers.location;
      const followed =
        request.followRedirects === true && [301, 302, 303, 307, 308].includes(response.status);
      if (!followed || location === undefined) return response;
      await response.discard();
      const next = URL.parse(location, url);
      const downgraded = url.protocol === "https:" && next?.protocol !== "https:";
      if (next === null || !/^https?:$/.test(next.protocol) || downgraded || redirects === maxRedirects) {
        throw new NetworkError("redirect-refused", { origin: url.origin, retryable: false });
      }
      if (next.origin !== url.origin) {
        // Credentials belong to the origin they were made for.
        headers = Object.fromEntries(
          Object.entries(headers).filter(([name]) => name.toLowerCase() !== "authorization"),
        );
      }
      url = next;
    }
  }

  async close(): Promise<void> {
    this.#pool.close();
    return Promise.resolve();
  }

  async #send(request: HttpRequest): Promise<HttpResponse> {
    const { url, signal } = request;
    try {
      const route = await this.#dialer.findRoute(url);
      const response = await this.#exchangePatiently(request, route);
      const refusal = await this.#findRefusal(response, route, signal);
      if (refusal === null) {
        this.#reached.add(url.origin);
        return response;
      }
      await response.discard();
      throw refusal;
    } catch (error) {
      throw await this.#explain(error, url, signal);
    }
  }

  /** What an answer tells that the server asked did not give. */
  async #findRefusal(
    { status, url }: HttpResponse,
    route: ProxyRoute | null,
    signal: AbortSignal | undefined,
  ): Promise<Error | null> {
    if (status === 407 && route?.forwards(url)) return route.refuse(status);
    // Go and nginx answer plain HTTP on a TLS port with a 400 that says so in words only.
    if (status === 400 && (await this.#isTls(url, signal))) {
      return new NetworkError("protocol-mismatch", { origin: url.origin, retryable: false });
    }
    return signal?.aborted ? abortError(signal.reason) : null;
  }

  /** A kept connection may turn out to be closed; what may be repeated (RFC 9110 section 9.2.2) takes another. */
  async #exchangePatiently(request: HttpRequest, route: ProxyRoute | null): Promise<HttpResponse> {
    const { url, signal } = request;
    const forwarding = route?.forwards(url) ? route : null;
    const outgoing = formatRequest(request, forwarding);
    const key = forwarding === null ? url.origin : `proxy ${forwarding.origin}`;
    const open = async (onread: OnReadOpts) => this.#dialer.open(url, route, onread);
    for (let attempt = 1; ; attempt++) {
      this.requests++;
      const connection = await this.#pool.take(key, open, signal);
      const used = connection.answered;
      try {
        const { status, headers } = await connection.exchange(outgoing, signal);
        const body = new BodyReader(connection, (error) => this.#explain(error, url, signal));
        return this.#describe(status, headers, url, body);
      } catch (error) {
        const code = classifyFailure(error, url.origin, true)?.code;
        // When a server is gone that many connections were kept to, each of them would cost an attempt.
        if (used && (code === "connection-lost" || code === "timeout")) this.#pool.endIdle(key);
        const repeatable = isRepeatable(request) && !signal?.aborted && attempt < maxAttempts;
        if (!repeatable || code !== "connection-lost" || !used) throw error;
      }
    }
  }

  #describe(
    status: number,
    headers: Readonly<Record<string, string>>,
    url: URL,
    body: BodyReader,
  ): HttpResponse {
    const { readTimeoutMs } = this.#timeouts;
    const readInTime = async (limitBytes: number) => {
      const timer = setTimeout(() => {
        body.end(new NetworkError("timeout", { origin: url.origin, retryable: true }));
      }, readTimeoutMs);
      try {
        return await readLimited(body, limitBytes);
      } finally {
        clearTimeout(timer);
      }
    };
    return {
      status,
      headers,
      url,
      body,
      read: readInTime,
      async discard() {
        // A body that nobody wants; so a failure of it is nobody's.
        if (Number(headers["content-length"] ?? 0) > maxErrorBodyBytes) body.end();
        else await readInTime(maxErrorBodyBytes).catch(() => undefined);
      },
    };
  }

  /** What to throw for a failed request: our own error, an AbortError, or the bug as it is. */
  async #explain(error: unknown, url: URL, signal: AbortSignal | undefined): Promise<unknown> {
    const reached = this.#reached.has(url.origin);
    const failure = classifyFailure(error, url.origin, reached, this.#dialer.presentsCertificate(url));
    const isTls = !reached && failure?.code === "connection-lost" && (await this.#isTls(url, signal));
    if (signal?.aborted) return abortError(signal.reason);
    if (isTls) return new NetworkError("protocol-mismatch", { origin: url.origin, retryable: false }, error);
    return failure ?? error;
  }

  /** False when the signal fires first: then nobody wants to know. */
  async #isTls(url: URL, signal: AbortSignal | undefined): Promise<boolean> {
    if (url.protocol !== "http:" || signal?.aborted) return false;
    const probe = this.#tlsProbes.get(url.origin) ?? this.#dialer.speaksTls(url);
    this.#tlsProbes.set(url.origin, probe);
    return new Promise((resolve, reject) => {
      const onAbort = () => resolve(false);
      signal?.addEventListener("abort", onAbort);
      // Others may wait for it, too, so that it goes on.
      probe.then(resolve, reject).finally(() => signal?.removeEventListener("abort", onAbort));
    });
  }
}

function isRepeatable({ method, body }: HttpRequest): boolean {
  const once = typeof body === "object" && !(body instanceof Uint8Array);
  return method !== "POST" && method !== "PATCH" && !once;
}
