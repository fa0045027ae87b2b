import { maxErrorBodyBytes, parseRetryAfter, type HttpResponse } from "#lib/engine/network/http-message.ts";
import { createTransport, type Endpoint, type Transport } from "#lib/engine/network/transport.ts";
import {
  EngineError,
  type EngineErrorCode,
  type EngineOperation,
  toEngineError,
} from "#lib/engine/oci/errors.ts";

/** How to reach one Cloud Director: by HTTPS only, since a token goes along. */
export interface VcdConnection extends Omit<Endpoint, "origin"> {
  /** `host[:port]` of its public endpoint. */
  readonly host: string;
}

export interface VcdRequest {
  readonly operation: EngineOperation;
  readonly method: "GET" | "POST";
  /** Below the origin, query included. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as a form. */
  readonly form?: URLSearchParams;
  /** What a status means here that means something else elsewhere. */
  readonly codes?: Readonly<Record<number, EngineErrorCode>>;
  readonly signal?: AbortSignal | undefined;
}

export interface VcdAnswer {
  readonly text: string;
  readonly etag: string;
}

/** Answers are small, and often a person waits for them. */
const defaultTimeouts = {
  connectTimeoutMs: 10_000,
  headersTimeoutMs: 30_000,
  bodyIdleTimeoutMs: 20_000,
  readTimeoutMs: 30_000,
};
/** A configuration of the longest that is read, wrapped. */
const maxAnswerBytes = 4 * 1024 * 1024;
const refusals: Readonly<Record<number, EngineErrorCode>> = {
  401: "vcd-unauthorized",
  403: "vcd-forbidden",
  429: "rate-limited",
};
/** 408 and 425 are the server's own wish to be asked again. */
const passingStatuses: ReadonlySet<number> = new Set([408, 425, 429]);

/**
 * Sends requests to Cloud Director. Redirects are not followed: no part of its API redirects, and the token is for its own
 * origin only.
 */
export class VcdApi {
  readonly #transport: Transport;

  constructor({ host, timeouts, ...endpoint }: VcdConnection) {
    this.#transport = createTransport({
      ...endpoint,
      origin: `https://${host}`,
      timeouts: { ...defaultTimeouts, ...timeouts },
    });
  }

  /**
   * The answer to a request, when its status is 200.
   *
   * @throws EngineError a code of the network, `rate-limited`, `vcd-unauthorized`, `vcd-forbidden`, `vcd-failed`;
   * `vcd-answer-invalid` for whatever Cloud Director does not answer
   */
  async send(request: VcdRequest): Promise<VcdAnswer> {
    const { operation } = request;
    try {
      const response = await this.#transport.request(this.#format(request));
      if (response.status !== 200) throw await this.#describeRefusal(response, request);
      const { bytes, truncated } = await response.read(maxAnswerBytes);
      if (truncated) throw this.error("vcd-answer-invalid", operation, { limit: maxAnswerBytes });
      return { text: Buffer.from(bytes).toString("utf8"), etag: response.headers.etag ?? "" };
    } catch (error) {
      throw toEngineError(error, { operation, origin: this.#transport.origin });
    }
  }

  /** An error that is about what the server says. */
  error(
    code: EngineErrorCode,
    operation: EngineOperation,
    facts: Partial<EngineError["facts"]> = {},
    cause?: unknown,
  ): EngineError {
    return new EngineError(
      code,
      { origin: this.#transport.origin, retryable: false, ...facts, operation },
      cause,
    );
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    await this.#transport.close();
  }

  /** By the status alone: its words are for people, and in their language. */
  async #describeRefusal(response: HttpResponse, { operation, codes }: VcdRequest): Promise<EngineError> {
    const { status, headers } = response;
    // A body that breaks off leaves the status, which says enough.
    await response.read(maxErrorBodyBytes).catch(() => null);
    const retryAfterMs = parseRetryAfter(headers["retry-after"], Date.now());
    const isFailure = status >= 500 && status !== 501;
    const code = codes?.[status] ?? refusals[status] ?? (isFailure ? "vcd-failed" : "vcd-answer-invalid");
    return this.error(code, operation, {
      status,
      ...(retryAfterMs === null ? {} : { retryAfterMs }),
      retryable: isFailure || passingStatuses.has(status),
    });
  }

  #format({ method, path, headers, form, signal }: VcdRequest) {
    const type = { "content-type": "application/x-www-form-urlencoded" };
    return {
      method,
      url: new URL(path, this.#transport.origin),
      headers: { ...headers, ...(form && type) },
      ...(form && { body: form.toString() }),
      signal,
    };
  }
}
