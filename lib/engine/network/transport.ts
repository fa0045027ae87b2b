import type { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import request from "undici/lib/api/api-request.js";
import Agent from "undici/lib/dispatcher/agent.js";
import { classifyFailure } from "./classify-failure.ts";
import { Dialer, type DialOptions } from "./connector.ts";
import { NetworkError } from "./network-error.ts";
import type { ProxyRoute } from "./proxy-route.ts";
import { maxErrorBodyBytes, readLimited, type HttpRequest, type HttpResponse } from "./http-message.ts";

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
const keepAliveMs = 30_000;
/** Of one request, while the connections that it meets have been closed by the server meanwhile. */
const maxAttempts = 3;
/** Answers of status 1xx before the real one. */
const maxInformational = 8;
/** What is longer is sent bit by bit, so that the time for the answer does not run while bytes still flow. */
const sliceBytes = 65_536;

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
  /** @throws NetworkError; an Error named `AbortError` when the signal fired */
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
  readonly #agent: Dispatcher;
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
    const agent = {
      headersTimeout: this.#timeouts.headersTimeoutMs,
      bodyTimeout: this.#timeouts.bodyIdleTimeoutMs,
      keepAliveTimeout: keepAliveMs,
      pipelining: 1,
    };
    this.#dialer = new Dialer(url, { ...endpoint, agent, connectTimeoutMs: this.#timeouts.connectTimeoutMs });
    this.#agent = new Agent({ ...agent, connect: this.#dialer.connect });
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
    await Promise.all([this.#agent.destroy(), this.#dialer.close()]);
  }

  async #send(request: HttpRequest): Promise<HttpResponse> {
    const { url, signal } = request;
    let data: Dispatcher.ResponseData;
    try {
      const route = await this.#dialer.findRoute(url);
      const forwarded = route !== null && url.protocol === "http:" ? route : null;
      data = await this.#dispatchPatiently(request, forwarded);
      if (forwarded !== null && data.statusCode === 407) {
        await discard(data, this.#timeouts.readTimeoutMs);
        throw forwarded.refuse(data.statusCode);
      }
    } catch (error) {
      throw await this.#explain(error, url, signal);
    }
    if (data.statusCode === 400 && (await this.#isTls(url))) {
      // Go and nginx answer plain HTTP on a TLS port with a 400 that says so in words only.
      await discard(data, this.#timeouts.readTimeoutMs);
      throw new NetworkError("protocol-mismatch", { origin: url.origin, retryable: false });
    }
    this.#reached.add(url.origin);
    return this.#wrap(data, url, signal);
  }

  /** A kept connection may turn out to be closed; what may be repeated (RFC 9110 section 9.2.2) takes another. */
  async #dispatchPatiently(request: HttpRequest, proxy: ProxyRoute | null): Promise<Dispatcher.ResponseData> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#dispatch(request, proxy);
      } catch (error) {
        const repeatable = isRepeatable(request) && !request.signal?.aborted && attempt < maxAttempts;
        const lost = classifyFailure(error, request.url.origin, true)?.code === "connection-lost";
        if (!repeatable || !lost || !this.#dialer.wasUsed(error)) throw error;
      }
    }
  }

  async #dispatch(
    { method, url, headers, body, signal }: HttpRequest,
    proxy: ProxyRoute | null,
  ): Promise<Dispatcher.ResponseData> {
    this.requests++;
    let informational = 0;
    const sliced = body instanceof Uint8Array && body.byteLength > sliceBytes;
    const path = `${url.pathname}${url.search}`;
    return request.call(proxy?.agent ?? this.#agent, {
      origin: proxy?.origin ?? url.origin,
      path: proxy === null ? path : `${url.origin}${path}`,
      method,
      headers: {
        "user-agent": "drayage",
        ...(sliced ? { "content-length": String(body.byteLength) } : {}),
        ...headers,
        ...(proxy === null ? {} : { ...proxy.headers, host: url.host }),
      },
      // undici takes any async iterable; its types name only Readable.
      body: ((sliced ? slice(body) : body) ?? null) as Readable | Uint8Array | string | null,
      signal: signal ?? null,
      // By default a connection ends after each HEAD, to suit servers that send a body with the answer.
      reset: false,
      // Each of these would prolong the wait for the answer itself.
      onInfo: () => {
        if (++informational > maxInformational) {
          throw new NetworkError("timeout", { origin: url.origin, retryable: true });
        }
      },
    });
  }

  #wrap(data: Dispatcher.ResponseData, url: URL, signal: AbortSignal | undefined): HttpResponse {
    const explain = (error: unknown) => this.#explain(error, url, signal);
    const readTimeoutMs = this.#timeouts.readTimeoutMs;
    async function* explained(): AsyncGenerator<Uint8Array, void, undefined> {
      try {
        for await (const chunk of data.body) yield chunk as Uint8Array;
      } catch (error) {
        throw await explain(error);
      }
    }
    const body = explained();
    return {
      status: data.statusCode,
      headers: Object.fromEntries(
        Object.entries(data.headers).map(([name, value]) => [
          name,
          Array.isArray(value) ? value.join(", ") : (value ?? ""),
        ]),
      ),
      url,
      body,
      async read(limitBytes) {
        const timer = setTimeout(() => {
          const origin = url.origin;
          data.body.destroy(new NetworkError("timeout", { origin, retryable: true }));
        }, readTimeoutMs);
        try {
          return await readLimited(body, limitBytes);
        } finally {
          clearTimeout(timer);
        }
      },
      discard: () => discard(data, readTimeoutMs),
    };
  }

  /** What to throw for a failed request: our own error, an AbortError, or the bug as it is. */
  async #explain(error: unknown, url: URL, signal: AbortSignal | undefined): Promise<unknown> {
    if (signal?.aborted) {
      const abort = new Error("aborted", { cause: signal.reason });
      abort.name = "AbortError";
      return abort;
    }
    const reached = this.#reached.has(url.origin);
    const failure = classifyFailure(error, url.origin, reached, this.#dialer.presentsCertificate(url));
    if (failure === null) return error;
    if (!reached && failure.code === "connection-lost" && (await this.#isTls(url))) {
      return new NetworkError("protocol-mismatch", { origin: url.origin, retryable: false }, error);
    }
    return failure;
  }

  async #isTls(url: URL): Promise<boolean> {
    if (url.protocol !== "http:") return false;
    const probe = this.#tlsProbes.get(url.origin) ?? this.#dialer.speaksTls(url);
    this.#tlsProbes.set(url.origin, probe);
    return probe;
  }
}

function isRepeatable({ method, body }: HttpRequest): boolean {
  const once = typeof body === "object" && !(body instanceof Uint8Array);
  return method !== "POST" && method !== "PATCH" && !once;
}

function* slice(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  for (let offset = 0; offset < bytes.byteLength; offset += sliceBytes) {
    yield bytes.subarray(offset, offset + sliceBytes);
  }
}

/** Ends a body that nobody wants, so a failure of it is nobody's. */
async function discard({ body }: Dispatcher.ResponseData, timeoutMs: number): Promise<void> {
  const timer = setTimeout(() => body.destroy(), timeoutMs);
  await body.dump({ limit: maxErrorBodyBytes }).catch(() => undefined);
  clearTimeout(timer);
}
