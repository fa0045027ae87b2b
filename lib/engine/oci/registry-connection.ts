import type { HttpRequest, HttpResponse } from "../network/http-message.ts";
import type { Transport } from "../network/transport.ts";
import type { Authenticator } from "./auth.ts";
import type { Digest } from "./digest.ts";
import { EngineError, toEngineError, type EngineOperation } from "./errors.ts";
import type { Limiter } from "./limiter.ts";
import type { Pace } from "./pace.ts";
import type { RegistryHost, Repository } from "./reference.ts";
import { describeRefusal } from "./refusal.ts";

export type Access = "pull" | "pull,push";

export interface RegistryRequest {
  readonly operation: EngineOperation;
  readonly method: HttpRequest["method"];
  /** Path and query below the origin, or where the registry said to go on. */
  readonly target: string | URL;
  readonly repository?: Repository;
  readonly reference?: string;
  readonly digest?: Digest;
  /** A second repository that is read from, for a mount. */
  readonly mountFrom?: Repository;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: HttpRequest["body"];
  /** Statuses that are an answer; all others are thrown. */
  readonly accept: readonly number[];
  readonly followRedirects?: boolean;
  /** Carries a layer, so that small requests neither wait for it nor it for them. */
  readonly transfer?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** A token that another request has fetched meanwhile may be revoked before this one has used it. */
const maxRenewals = 2;

/** Sends requests to one registry: authenticated, limited, refusals thrown as `EngineError`. */
export class RegistryConnection {
  readonly registry: RegistryHost;
  readonly transport: Transport;
  readonly pace: Pace;
  readonly #authenticator: Authenticator;
  readonly #limiter: Limiter;
  readonly #access: Access;

  constructor(
    registry: RegistryHost,
    transport: Transport,
    authenticator: Authenticator,
    limiter: Limiter,
    pace: Pace,
    access: Access,
  ) {
    this.registry = registry;
    this.transport = transport;
    this.#authenticator = authenticator;
    this.#limiter = limiter;
    this.pace = pace;
    this.#access = access;
  }

  /** Sends a request and has `read` consume the accepted answer. @throws EngineError */
  async send<Result>(
    request: RegistryRequest,
    read: (response: HttpResponse) => Promise<Result> | Result,
  ): Promise<Result> {
    const run = async () => {
      await this.pace.enter(request.signal);
      const response = await this.#exchange(request);
      return read(response);
    };
    try {
      return await (request.transfer ? run() : this.#limiter.run(run, request.signal));
    } catch (error) {
      throw this.explain(error, request);
    }
  }

  /** Adds what this connection knows to a failure, such as one in the middle of a body. */
  explain(
    error: unknown,
    request: Pick<RegistryRequest, "operation" | "repository" | "reference" | "digest">,
  ): unknown {
    const { operation, repository, reference, digest } = request;
    return toEngineError(error, {
      operation,
      registry: this.registry,
      ...(repository === undefined ? {} : { repository }),
      ...(reference === undefined ? {} : { reference }),
      ...(digest === undefined ? {} : { digest }),
    });
  }

  async #exchange(request: RegistryRequest): Promise<HttpResponse> {
    const url = new URL(request.target, this.transport.origin);
    // An upload may go on at another origin, and a redirect lead there. Neither gets credentials, nor may it ask for any;
    // and who leads back here is still another.
    const own = this.#isOwn(url);
    const scopes = own ? this.#listScopes(request) : [];
    const repeatable = typeof request.body !== "object" || request.body instanceof Uint8Array;
    let authorization = own
      ? await this.#authenticator.authorize(scopes, request.signal).catch((error: unknown) => {
          throw this.#obey(error);
        })
      : null;
    let response = await this.#attempt(request, url, authorization);
    let renewed = false;
    for (let renewals = 0; renewals < maxRenewals && own && this.#isUnanswered(response); renewals++) {
      const next = await this.#renew(response, scopes, authorization, request.signal);
      renewed = next !== null && !repeatable;
      if (next === null || !repeatable) break;
      await response.discard();
      authorization = next;
      response = await this.#attempt(request, url, authorization);
    }
    if (request.accept.includes(response.status)) {
      this.pace.answered();
      return response;
    }
    const answeredHere = this.#isOwn(response.url);
    const refusal = this.#obey(
      await describeRefusal(response, {
        operation: request.operation,
        credentialsSent: answeredHere && authorization !== null && this.#authenticator.hasCredentials,
        ...(answeredHere ? {} : { origin: response.url.origin }),
      }),
    );
    // A token that ended before its time met a body that can be sent only once: the next attempt has a new token.
    throw renewed ? new EngineError(refusal.code, { ...refusal.facts, retryable: true }) : refusal;
  }

  /** Whether the registry itself asks for other credentials. */
  #isUnanswered({ status, url }: HttpResponse): boolean {
    return status === 401 && this.#isOwn(url);
  }

  async #renew(
    response: HttpResponse,
    scopes: readonly string[],
    refused: string | null,
    signal: AbortSignal | undefined,
  ): Promise<string | null> {
    try {
      return await this.#authenticator.answer(response, scopes, refused, signal);
    } catch (error) {
      await response.discard();
      throw this.#obey(error);
    }
  }

  #isOwn(url: URL): boolean {
    return url.origin === this.transport.origin;
  }

  /**
   * Rests when the registry wants a rest, and says for how long. Its token server's wish is its own: nothing is to be had
   * without tokens.
   */
  #obey<Failure>(refusal: Failure): Failure | EngineError {
    if (!(refusal instanceof EngineError)) return refusal;
    const { retryAfterMs, ...facts } = refusal.facts;
    const wantsRest = refusal.code === "rate-limited" || (facts.status === 503 && retryAfterMs !== undefined);
    if (!wantsRest) return refusal;
    return new EngineError(refusal.code, { ...facts, retryAfterMs: this.pace.refused(retryAfterMs) });
  }

  async #attempt(request: RegistryRequest, url: URL, authorization: string | null): Promise<HttpResponse> {
    return this.transport.request({
      method: request.method,
      url,
      headers: { ...request.headers, ...(authorization === null ? {} : { authorization }) },
      ...(request.body === undefined ? {} : { body: request.body }),
      followRedirects: request.followRedirects ?? false,
      signal: request.signal,
    });
  }

  #listScopes({ repository, mountFrom, operation }: RegistryRequest): string[] {
    if (operation === "list-repositories") return ["registry:catalog:*"];
    if (repository === undefined) return [];
    // Asked for where it is needed alone: an account that may not delete can still read.
    const access = operation === "delete-manifest" ? "pull,delete" : this.#access;
    const scope = `repository:${repository}:${access}`;
    return mountFrom === undefined ? [scope] : [scope, `repository:${mountFrom}:pull`];
  }
}
