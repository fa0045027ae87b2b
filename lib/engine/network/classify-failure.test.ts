import { expect, test } from "vitest";
import { classifyFailure } from "./classify-failure.ts";
import { NetworkError } from "./network-error.ts";

const origin = "https://registry.example.com";
const failure = (code: string) => Object.assign(new Error("words that nobody reads"), { code });

test.each([
  ["ENOTFOUND", "host-not-found"],
  ["ECONNREFUSED", "connection-refused"],
  ["ECONNRESET", "connection-lost"],
  ["ERR_STREAM_PREMATURE_CLOSE", "connection-lost"],
  ["ETIMEDOUT", "timeout"],
  ["ENETUNREACH", "host-unreachable"],
  ["ENETRESET", "host-unreachable"],
  ["ENOPROTOOPT", "host-unreachable"],
  // A local firewall.
  ["EACCES", "host-unreachable"],
  ["EINVAL", "host-unreachable"],
  ["EPERM", "host-unreachable"],
  ["ENOTCONN", "connection-lost"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "tls-untrusted"],
  // A weak key, SHA-1, a name that its authority may not vouch for: OpenSSL's verdicts that Node has no name for.
  ["UNSPECIFIED", "tls-untrusted"],
  ["PATH_LENGTH_EXCEEDED", "tls-untrusted"],
  ["UNABLE_TO_GET_CRL", "tls-untrusted"],
  ["UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY", "tls-untrusted"],
  ["ERROR_IN_CERT_NOT_AFTER_FIELD", "tls-untrusted"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "tls-name-mismatch"],
  ["CERT_HAS_EXPIRED", "tls-expired"],
  ["ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE", "tls-failed"],
  ["ERR_SSL_WRONG_VERSION_NUMBER", "protocol-mismatch"],
  ["MALFORMED_RESPONSE", "protocol-mismatch"],
])("%s is %s, also as the cause of another error", (platformCode, code) => {
  expect(classifyFailure(failure(platformCode), origin, false)).toMatchObject({
    code,
    facts: { origin, platformCode },
  });
  const wrapped = new Error("outer", { cause: failure(platformCode) });
  expect(classifyFailure(wrapped, origin, false)).toMatchObject({ code });
});

test.each([
  "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED",
  "ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE",
  "ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED",
  "ERR_SSL_TLSV1_ALERT_UNKNOWN_CA",
])("%s speaks of our certificate, which was shown or not", (platformCode) => {
  const judge = (certified: boolean) => classifyFailure(failure(platformCode), origin, true, certified);
  expect(judge(false)).toMatchObject({ code: "client-certificate-required", facts: { retryable: false } });
  expect(judge(true)).toMatchObject({ code: "client-certificate-refused", facts: { retryable: false } });
});

test("several addresses that all failed count as the first", () => {
  const all = new AggregateError([failure("ECONNREFUSED"), failure("ENETUNREACH")]);
  expect(classifyFailure(all, origin, false)?.code).toBe("connection-refused");
});

test("a refused connection is worth a retry only where there was an answer before", () => {
  expect(classifyFailure(failure("ECONNREFUSED"), origin, false)?.facts.retryable).toBe(false);
  expect(classifyFailure(failure("ECONNREFUSED"), origin, true)?.facts.retryable).toBe(true);
  expect(classifyFailure(failure("ECONNRESET"), origin, false)?.facts.retryable).toBe(true);
  expect(classifyFailure(failure("CERT_HAS_EXPIRED"), origin, true)?.facts.retryable).toBe(false);
});

test.each([
  ["EMFILE", "host-unreachable"],
  ["ENFILE", "host-unreachable"],
  ["ENOBUFS", "host-unreachable"],
  ["ENOMEM", "host-unreachable"],
  ["EAI_MEMORY", "host-not-found"],
  ["EAI_AGAIN", "host-not-found"],
])("%s is a shortage, which passes also before the first answer", (platformCode, code) => {
  expect(classifyFailure(failure(platformCode), origin, false)).toMatchObject({
    code,
    facts: { retryable: true, platformCode },
  });
});

test("what is not of the network is left alone", () => {
  expect(classifyFailure(new TypeError("bug"), origin, true)).toBeNull();
  expect(classifyFailure("text", origin, true)).toBeNull();
  const known = new NetworkError("timeout", { origin, retryable: true });
  expect(classifyFailure(known, origin, false)).toBe(known);
});
