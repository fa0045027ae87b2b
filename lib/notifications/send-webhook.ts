import { type HttpResponse, parseRetryAfter } from "#lib/engine/network/http-message.ts";
import { NetworkError } from "#lib/engine/network/network-error.ts";
import { createTransport } from "#lib/engine/network/transport.ts";
import { AppError, type AppErrorFacts } from "#lib/errors.ts";
import { signatureHeader, signBody } from "./signature.ts";
import { describeSilence, describeUnreachable } from "./unreachable.ts";

export interface Webhook {
  readonly url: string;
  readonly secret: string;
  /** PEM. */
  readonly caPem: string | null;
  readonly proxyUrl: string | null;
}

export interface WebhookMessage {
  /** The same in every attempt, so that who receives it twice can tell. */
  readonly id: string;
  readonly event: string;
  /** JSON. */
  readonly body: string;
}

export interface SendLimits {
  /** For all of it, in milliseconds. */
  readonly totalMs: number;
  readonly signal?: AbortSignal;
}

const timeouts = {
  connectTimeoutMs: 8_000,
  headersTimeoutMs: 10_000,
  bodyIdleTimeoutMs: 5_000,
  readTimeoutMs: 5_000,
};

/** Wanted by a receiver that has had enough. */
export interface Refusal {
  readonly retryAfterMs: number | null;
}

/**
 * Posts a message, signed. Any 2xx is a success; redirects are not followed, since what is meant for one address must
 * not reach another, and the answer's body is thrown away.
 *
 * @throws AppError `channel-unreachable`, `webhook-refused`; the latter's cause is a `Refusal`
 */
export async function sendWebhook(
  { url: address, secret, caPem, proxyUrl }: Webhook,
  { id, event, body }: WebhookMessage,
  { totalMs, signal }: SendLimits,
): Promise<void> {
  const url = new URL(address);
  const transport = createTransport({
    origin: url.origin,
    timeouts,
    ...(caPem && { caCertificates: [caPem] }),
    ...(proxyUrl && { proxy: { url: proxyUrl } }),
  });
  const limit = AbortSignal.timeout(totalMs);
  try {
    const response = await transport.request({
      method: "POST",
      url,
      headers: {
        "content-type": "application/json; charset=utf-8",
        [signatureHeader]: signBody(secret, body, new Date()),
        "Drayage-Event": event,
        "Drayage-Delivery": id,
      },
      body,
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    await response.discard();
    if (response.status < 200 || response.status > 299) throw describeRefusal(response, url.origin);
  } catch (error) {
    if (error instanceof NetworkError) throw describeUnreachable(error, url.origin);
    throw limit.aborted ? describeSilence(url.origin, error) : error;
  } finally {
    await transport.close();
  }
}

function describeRefusal({ status, headers }: HttpResponse, origin: string): AppError {
  const refusal: Refusal = { retryAfterMs: parseRetryAfter(headers["retry-after"], Date.now()) };
  return new AppError("webhook-refused", { origin, reason: reasonOf(status), status }, { cause: refusal });
}

function reasonOf(status: number): AppErrorFacts["webhook-refused"]["reason"] {
  if (status >= 300 && status < 400) return "redirect";
  if (status === 401 || status === 403 || status === 407) return "unauthorized";
  if (status === 404 || status === 405) return "missing";
  if (status === 410) return "gone";
  if (status === 429) return "limited";
  return status >= 500 ? "failed" : "other";
}
