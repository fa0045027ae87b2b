/** Every way in which a connection, as opposed to the registry behind it, can fail. */
export const networkErrorCodes = [
  "host-not-found",
  "connection-refused",
  "connection-lost",
  "host-unreachable",
  "timeout",
  "tls-untrusted",
  "tls-name-mismatch",
  "tls-expired",
  "tls-failed",
  "protocol-mismatch",
  "redirect-refused",
  "client-certificate-invalid",
  "client-certificate-required",
  "client-certificate-refused",
  "proxy-invalid",
  "proxy-unreachable",
  "proxy-tls-failed",
  "proxy-unauthorized",
  "proxy-refused",
  "address-refused",
] as const;

export type NetworkErrorCode = (typeof networkErrorCodes)[number];

export interface NetworkFacts {
  /** `scheme://host[:port]` of the server that was asked; after a redirect not that of the first request; the proxy's when that failed. */
  readonly origin: string;
  /** Whether asking again may help. */
  readonly retryable: boolean;
  /** The platform's own code (`ECONNRESET`, `CERT_HAS_EXPIRED`, ...), for a log. */
  readonly platformCode?: string;
  /** `host:port` of the proxy that failed, never its credentials. */
  readonly proxy?: string;
  /** The status by which a proxy refused. */
  readonly status?: number;
  /** What the address policy forbids. */
  readonly address?: string;
}

/** A request that got no usable answer. Classified by platform codes only; `cause` keeps the original. */
export class NetworkError extends Error {
  override readonly name = "NetworkError";
  readonly code: NetworkErrorCode;
  readonly facts: NetworkFacts;

  constructor(code: NetworkErrorCode, facts: NetworkFacts, cause?: unknown) {
    super(`${code}: ${facts.origin}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.facts = facts;
  }
}
