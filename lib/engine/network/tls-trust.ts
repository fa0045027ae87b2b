import { createSecureContext, getCACertificates, type SecureContext } from "node:tls";
import { NetworkError } from "./network-error.ts";

/** PEM texts: what an endpoint asks for under mutual TLS. */
export interface ClientCertificate {
  /** The certificate, then its intermediates. */
  readonly cert: string;
  readonly key: string;
  /** Of an encrypted key. */
  readonly passphrase?: string;
}

let systemRoots: readonly string[] | undefined;

/** Mozilla's list as Node ships it and the machine's own, to which administrators add their CA. Slow: read once. */
function listSystemRoots(): readonly string[] {
  systemRoots ??= [...new Set([...getCACertificates("default"), ...getCACertificates("system")])];
  return systemRoots;
}

let systemTrust: SecureContext | undefined;

/**
 * What is trusted, and what is shown when asked who we are. To be made once and kept: reading some 270 certificates
 * takes 15 ms, which Node would otherwise do for each connection.
 */
export function createTrust(
  caCertificates: readonly string[],
  clientCertificate?: ClientCertificate,
): SecureContext {
  if (caCertificates.length === 0 && clientCertificate === undefined) {
    systemTrust ??= createSecureContext({ ca: [...listSystemRoots()] });
    return systemTrust;
  }
  return createSecureContext({ ca: [...listSystemRoots(), ...caCertificates], ...clientCertificate });
}

/** For a host whose certificate is not verified. */
export function createIdentity(clientCertificate?: ClientCertificate): SecureContext {
  return createSecureContext({ ...clientCertificate });
}

/**
 * Proves that certificate and key belong together and can be read.
 *
 * @throws NetworkError `client-certificate-invalid`, whose `platformCode` is OpenSSL's
 */
export function checkClientCertificate(origin: string, certificate: ClientCertificate): void {
  const invalid = (facts: { platformCode?: string }, cause?: unknown) =>
    new NetworkError("client-certificate-invalid", { origin, retryable: false, ...facts }, cause);
  // Node takes an empty text for none at all.
  if (certificate.cert.trim() === "" || certificate.key.trim() === "") throw invalid({});
  try {
    createSecureContext({ ...certificate });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    throw invalid(typeof code === "string" ? { platformCode: code } : {}, error);
  }
}
