import { AddressRefused } from "./address-policy.ts";
import { NetworkError, type NetworkErrorCode } from "./network-error.ts";

const codesByPlatformCode: Readonly<Record<string, NetworkErrorCode>> = {
  ENOTFOUND: "host-not-found",
  EAI_AGAIN: "host-not-found",
  EAI_FAIL: "host-not-found",
  EAI_MEMORY: "host-not-found",
  EAI_NODATA: "host-not-found",
  EAI_NONAME: "host-not-found",
  ECONNREFUSED: "connection-refused",
  EHOSTUNREACH: "host-unreachable",
  ENETUNREACH: "host-unreachable",
  EADDRNOTAVAIL: "host-unreachable",
  EHOSTDOWN: "host-unreachable",
  ENETDOWN: "host-unreachable",
  ENETRESET: "host-unreachable",
  // A router or firewall says that it knows no such protocol.
  ENOPROTOOPT: "host-unreachable",
  // A firewall of this machine, or a route of kind "prohibit"; a route of kind "blackhole".
  EACCES: "host-unreachable",
  EINVAL: "host-unreachable",
  EPERM: "host-unreachable",
  EMFILE: "host-unreachable",
  ENFILE: "host-unreachable",
  ENOBUFS: "host-unreachable",
  ENOMEM: "host-unreachable",
  ECONNRESET: "connection-lost",
  ECONNABORTED: "connection-lost",
  ENOTCONN: "connection-lost",
  EPIPE: "connection-lost",
  ERR_STREAM_PREMATURE_CLOSE: "connection-lost",
  ETIMEDOUT: "timeout",
  ADDRESS_REFUSED: "address-refused",
  DEPTH_ZERO_SELF_SIGNED_CERT: "tls-untrusted",
  SELF_SIGNED_CERT_IN_CHAIN: "tls-untrusted",
  UNABLE_TO_GET_ISSUER_CERT: "tls-untrusted",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "tls-untrusted",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "tls-untrusted",
  CERT_UNTRUSTED: "tls-untrusted",
  CERT_REJECTED: "tls-untrusted",
  CERT_CHAIN_TOO_LONG: "tls-untrusted",
  INVALID_CA: "tls-untrusted",
  INVALID_PURPOSE: "tls-untrusted",
  CERT_SIGNATURE_FAILURE: "tls-untrusted",
  CERT_REVOKED: "tls-untrusted",
  PATH_LENGTH_EXCEEDED: "tls-untrusted",
  UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY: "tls-untrusted",
  UNABLE_TO_DECRYPT_CERT_SIGNATURE: "tls-untrusted",
  ERROR_IN_CERT_NOT_BEFORE_FIELD: "tls-untrusted",
  ERROR_IN_CERT_NOT_AFTER_FIELD: "tls-untrusted",
  UNABLE_TO_GET_CRL: "tls-untrusted",
  UNABLE_TO_DECRYPT_CRL_SIGNATURE: "tls-untrusted",
  CRL_SIGNATURE_FAILURE: "tls-untrusted",
  CRL_NOT_YET_VALID: "tls-untrusted",
  CRL_HAS_EXPIRED: "tls-untrusted",
  ERROR_IN_CRL_LAST_UPDATE_FIELD: "tls-untrusted",
  ERROR_IN_CRL_NEXT_UPDATE_FIELD: "tls-untrusted",
  OUT_OF_MEM: "tls-untrusted",
  // What Node has no name for: weak keys, SHA-1, names that an authority may not vouch for.
  UNSPECIFIED: "tls-untrusted",
  ERR_TLS_CERT_ALTNAME_INVALID: "tls-name-mismatch",
  HOSTNAME_MISMATCH: "tls-name-mismatch",
  CERT_HAS_EXPIRED: "tls-expired",
  CERT_NOT_YET_VALID: "tls-expired",
  // The answer is not HTTP: a TLS alert on a plain connection, or another protocol altogether.
  MALFORMED_RESPONSE: "protocol-mismatch",
  // What a plain HTTP answer looks like to a TLS client.
  ERR_SSL_WRONG_VERSION_NUMBER: "protocol-mismatch",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "protocol-mismatch",
  ERR_SSL_HTTP_REQUEST: "protocol-mismatch",
};

/** What usually passes by itself. */
const passing: ReadonlySet<NetworkErrorCode> = new Set(["connection-lost", "timeout"]);
/** What is a mistake in an address before the first answer, and an outage after it. */
const passingOnceReached: ReadonlySet<NetworkErrorCode> = new Set([
  "connection-refused",
  "host-not-found",
  "host-unreachable",
  // An alert in the middle of a session.
  "tls-failed",
]);

/** Shortages of this machine or its DNS server, which say nothing about the address. */
const shortages: ReadonlySet<string> = new Set([
  "EAI_AGAIN",
  "EAI_MEMORY",
  "EMFILE",
  "ENFILE",
  "ENOBUFS",
  "ENOMEM",
  "OUT_OF_MEM",
]);

function findPlatformError(thrown: unknown): (Error & { readonly code: string }) | undefined {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 5; depth++) {
    if (hasCode(error)) return error;
    // Several addresses were tried, each with a failure of its own.
    error = error instanceof AggregateError ? error.errors[0] : error.cause;
  }
  return undefined;
}

const hasCode = (error: Error): error is Error & { readonly code: string } =>
  "code" in error && typeof error.code === "string";

/**
 * Alerts by which a server judges our certificate: only servers that verify clients send these. A server that speaks
 * TLS 1.2 may also end the handshake with a general alert, which stays "tls-failed".
 */
const clientCertificateAlert =
  /_ALERT_(?:CERTIFICATE_REQUIRED|NO_CERTIFICATE|(?:BAD|UNSUPPORTED)_CERTIFICATE|CERTIFICATE_(?:REVOKED|EXPIRED|UNKNOWN)|UNKNOWN_CA|ACCESS_DENIED)$/;

function classify(platformCode: string, certified: boolean): NetworkErrorCode | null {
  const known = codesByPlatformCode[platformCode];
  if (known) return known;
  if (clientCertificateAlert.test(platformCode)) {
    return certified ? "client-certificate-refused" : "client-certificate-required";
  }
  if (/^(?:ERR_SSL_|ERR_TLS_|ERR_OSSL_)/.test(platformCode) || platformCode === "EPROTO") return "tls-failed";
  return null;
}

/**
 * A thrown value as a `NetworkError`, by its platform code, or null when it is not a failure of the network.
 *
 * @param reached whether this origin has answered before: then a refused connection is an outage worth waiting for,
 * not a wrong address
 * @param certified whether a client certificate was shown there
 */
export function classifyFailure(
  thrown: unknown,
  origin: string,
  reached: boolean,
  certified = false,
): NetworkError | null {
  if (thrown instanceof NetworkError) return thrown;
  const found = findPlatformError(thrown);
  if (found === undefined) return null;
  const { code: platformCode } = found;
  const address = found instanceof AddressRefused ? { address: found.address } : {};
  const code = classify(platformCode, certified);
  if (code === null) return null;
  const retryable =
    passing.has(code) || shortages.has(platformCode) || (reached && passingOnceReached.has(code));
  return new NetworkError(code, { origin, retryable, platformCode, ...address }, thrown);
}
