import type { NetworkError, NetworkErrorCode } from "#lib/engine/network/network-error.ts";
import { AppError, type AppErrorFacts } from "#lib/errors.ts";

type Reason = AppErrorFacts["channel-unreachable"]["reason"];

const reasons: Readonly<Record<NetworkErrorCode, Reason>> = {
  "host-not-found": "nameUnknown",
  "connection-refused": "refused",
  "connection-lost": "broken",
  "host-unreachable": "unreachable",
  timeout: "silent",
  "tls-untrusted": "untrusted",
  "tls-name-mismatch": "wrongName",
  "tls-expired": "expired",
  "tls-failed": "tlsFailed",
  "protocol-mismatch": "wrongProtocol",
  "redirect-refused": "wrongProtocol",
  "client-certificate-invalid": "tlsFailed",
  "client-certificate-required": "tlsFailed",
  "client-certificate-refused": "tlsFailed",
  "address-refused": "forbidden",
  "proxy-invalid": "proxy",
  "proxy-unreachable": "proxy",
  "proxy-tls-failed": "proxy",
  "proxy-unauthorized": "proxy",
  "proxy-refused": "proxy",
};

/** Why the other side could not be spoken with, in words that fit a channel. */
export function describeUnreachable(error: NetworkError, origin: string): AppError {
  const { platformCode, proxy } = error.facts;
  const reason = reasons[error.code];
  const facts = { origin, reason, ...(platformCode && { platformCode }), ...(proxy && { proxy }) };
  return new AppError("channel-unreachable", facts, { cause: error });
}

/** It took longer than is waited for. */
export function describeSilence(origin: string, cause: unknown): AppError {
  return new AppError("channel-unreachable", { origin, reason: "silent" }, { cause });
}
