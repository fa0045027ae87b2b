import { maxErrorBodyBytes, type HttpResponse } from "#lib/engine/network/http-message.ts";
import { createTransport, type Endpoint, type Transport } from "#lib/engine/network/transport.ts";
import type { Credentials } from "#lib/engine/oci/auth.ts";
import { EngineError, toEngineError, type EngineOperation } from "#lib/engine/oci/errors.ts";
import type { RegistryHost } from "#lib/engine/oci/reference.ts";
import { describeRefusal, parseOciCodes } from "#lib/engine/oci/refusal.ts";
import { registryOrigin } from "#lib/engine/oci/registry-origin.ts";

/** How to reach the API of one Harbor: as its registry is reached, since both answer at one origin. */
export interface HarborConnection extends Omit<Endpoint, "origin"> {
  readonly registry: RegistryHost;
  /** HTTP instead of HTTPS. */
  readonly plainHttp?: boolean;
  /** Of a user or a robot account. Identity tokens are for registries: the API knows passwords only. */
  readonly credentials?: Credentials;
}

export interface HarborRequest {
  readonly operation: EngineOperation;
  readonly method: "GET" | "HEAD" | "POST";
  /** Below `/api/v2.0`, query included. */
  readonly path: string;
  /** Whether the credentials go along. */
  readonly signed: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Statuses that are an answer; all others are thrown. */
  readonly accept: readonly number[];
  readonly signal?: AbortSignal | undefined;
}

const basePath = "/api/v2.0";
/** Answers are small, and often a person waits for them. */
const defaultTimeouts = {
  connectTimeoutMs: 10_000,
  headersTimeoutMs: 20_000,
  bodyIdleTimeoutMs: 20_000,
  readTimeoutMs: 20_000,
};
/** A project's answer lists the vulnerabilities that it allows, too. */
const maxAnswerBytes = 1024 * 1024;

/**
 * Sends requests to Harbor's API. Harbor never asks for a sign-in, so the credentials go along unasked: to its own origin
 * and nowhere else, since redirects are not followed. Cookies are not kept: Harbor gives a session to everybody, and a
 * request that carries one needs a token against forgery (src/server/middleware/csrf/csrf.go).
 */
export class HarborApi {
  readonly registry: RegistryHost;
  readonly hasCredentials: boolean;
  readonly #transport: Transport;
  readonly #authorization: string | null;

  constructor(connection: HarborConnection) {
    const { registry, plainHttp = false, credentials, timeouts, ...endpoint } = connection;
    this.registry = registry;
    this.#transport = createTransport({
      ...endpoint,
      origin: registryOrigin(registry, { plainHttp }),
      timeouts: { ...defaultTimeouts, ...timeouts },
    });
    this.#authorization =
      credentials && "password" in credentials
        ? `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64")}`
        : null;
    this.hasCredentials = this.#authorization !== null;
  }

  /**
   * Sends a request and has `read` consume the accepted answer.
   *
   * @throws EngineError a code of the network, `rate-limited`, `registry-failed`, `registry-refused`, `unauthorized`,
   * `forbidden`; `harbor-answer-invalid` for a redirect and what `read` cannot make sense of
   */
  async send<Result>(
    request: HarborRequest,
    read: (response: HttpResponse) => Promise<Result> | Result,
  ): Promise<Result> {
    const { operation, signed } = request;
    try {
      const response = await this.#transport.request(this.#format(request));
      if (request.accept.includes(response.status)) return await read(response);
      const refusal = await describeRefusal(response, {
        operation,
        credentialsSent: signed && this.hasCredentials,
      });
      const redirected = response.status >= 300 && response.status < 400;
      throw redirected && refusal.code !== "protocol-mismatch"
        ? this.invalid(operation, response.status)
        : refusal;
    } catch (error) {
      throw toEngineError(error, { operation, registry: this.registry });
    }
  }

  /** The error for an answer that Harbor does not give. */
  invalid(operation: EngineOperation, status: number, cause?: unknown): EngineError {
    return new EngineError(
      "harbor-answer-invalid",
      { operation, registry: this.registry, status, retryable: false },
      cause,
    );
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    await this.#transport.close();
  }

  #format({ method, path, signed, headers, json, signal }: HarborRequest) {
    return {
      method,
      url: new URL(`${basePath}${path}`, this.#transport.origin),
      headers: {
        accept: "application/json",
        ...headers,
        ...(signed && this.#authorization !== null ? { authorization: this.#authorization } : {}),
        ...(json === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      signal,
    };
  }
}

/** The JSON of an answer, or null for anything else and for what is longer than Harbor's answers are. */
export async function readJson(response: HttpResponse): Promise<unknown> {
  const { bytes, truncated } = await response.read(maxAnswerBytes);
  if (truncated) return null;
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return null;
  }
}

/** Harbor's own codes in the answer to a refused request, such as `FORBIDDEN`. */
export async function readErrorCodes(response: HttpResponse): Promise<readonly string[]> {
  // A body that breaks off leaves the status, which says enough.
  const body = await response.read(maxErrorBodyBytes).catch(() => null);
  return parseOciCodes(body?.bytes ?? new Uint8Array());
}
