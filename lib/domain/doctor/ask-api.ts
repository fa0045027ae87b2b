import { NetworkError } from "#lib/engine/network/network-error.ts";
import { parseRetryAfter, type HttpResponse } from "#lib/engine/network/http-message.ts";
import { createTransport } from "#lib/engine/network/transport.ts";
import type { Finding } from "./finding.ts";
import { makeFinding } from "./make-finding.ts";
import { describeProxyFailure } from "./try-proxy.ts";
import type { StepRun, Walk } from "./walk.ts";

const step = "api";

/** What a server answered to `GET /v2/`, whatever it is. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** In the middle of the exchange, by this machine's clock: milliseconds since 1970. */
  readonly at: number;
}

/**
 * `GET /v2/`, the first thing that clients of registries ask (distribution specification, "Determining Support"): without
 * signing in, and unverified where this panel does not trust the server.
 */
export async function* askApi(walk: Walk): StepRun {
  const { origin, place } = walk;
  const { slowAfterMs } = walk.limits;
  if (!walk.verified && !walk.plainHttp) yield makeFinding(step, "api-unverified", { host: place.host });
  const transport = createTransport({ ...walk.registryConnection, origin });
  const [startedAt, startedMs] = [walk.now(), performance.now()];
  try {
    const url = new URL("/v2/", origin);
    const response = await transport.request({
      method: "GET",
      url,
      followRedirects: true,
      signal: walk.signal,
    });
    const durationMs = Math.round(performance.now() - startedMs);
    await response.discard();
    const { status, headers } = response;
    walk.answer = { status, headers, at: startedAt + durationMs / 2 };
    const usable = yield* describeAnswer(response, origin, durationMs);
    if (usable && durationMs > slowAfterMs) {
      yield makeFinding(step, "api-slow", { origin, durationMs, limitMs: slowAfterMs });
    }
    return usable;
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const { code: failure, facts } = error;
    yield (
      describeProxyFailure(walk, place, error, step) ??
      makeFinding(step, "api-unreachable", {
        origin,
        failure,
        platformCode: facts.platformCode ?? null,
        status: null,
      })
    );
    return false;
  } finally {
    await transport.close();
  }
}

function* describeAnswer(
  { status, headers, url }: HttpResponse,
  origin: string,
  durationMs: number,
): Generator<Finding, boolean, undefined> {
  const version = headers["docker-distribution-api-version"] ?? null;
  const contentType = headers["content-type"] ?? null;
  // What stands in front of a registry and wants a sign-in answers with a page of its own.
  const isRegistry =
    version !== null ||
    !(contentType ?? "").startsWith("text/html") ||
    (status === 401 && headers["www-authenticate"] !== undefined);
  const location = url.origin === origin ? null : `${url.origin}${url.pathname}`;
  if (status === 429) {
    const retryAfterMs = parseRetryAfter(headers["retry-after"], Date.now());
    yield makeFinding(step, "api-rate-limited", { origin, retryAfterMs });
    return true;
  }
  if (status >= 500) {
    yield makeFinding(step, "api-failed", { origin, status });
    return false;
  }
  if (status === 403) {
    yield makeFinding(step, "api-refused", { origin, status });
    return false;
  }
  if (!isRegistry || (status !== 200 && status !== 401)) {
    yield makeFinding(step, "api-not-a-registry", { origin, status, contentType, location });
    return false;
  }
  if (location !== null) yield makeFinding(step, "api-redirected", { origin, location });
  yield makeFinding(step, "api-answered", { origin, status, version, durationMs });
  return true;
}
