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

/** Mozilla's list as Node ships it and the machine's own, to which administrators add their CA: PEM texts. Slow: read once. */
export function listSystemRoots(): readonly string[] {
  systemRoots ??= [...new Set([...getCACertificates("default"), ...getCACertificates("system")])];
  return systemRoots;
}

/** Mozilla's list alone, which machines and nodes have unless somebody has changed it: PEM texts. */
export const listPublicRoots = (): readonly string[] => getCACertificates("bundled");

let systemTrust: SecureContext | undefined;

/** What a connection presents and believes. */
export interface TrustTerms {
  readonly secureContext: SecureContext;
  readonly rejectUnauthorized: boolean;
}

/** A server as seen from the endpoint: itself; its host at another port; any other host. */
export type Relation = "own" | "own-host" | "other";

export interface TrustOptions {
  readonly caCertificates?: readonly string[];
  readonly skipVerify?: boolean;
  readonly clientCertificate?: ClientCertificate;
}

/**
 * The TLS material of one endpoint. It is read once: the list of trusted certificates alone takes 15 ms, which Node
 * would otherwise spend on each connection.
 */
export class TrustStore {
  readonly #origin: string;
  readonly #options: TrustOptions;
  #verifying: SecureContext | undefined;

  constructor(origin: string, options: TrustOptions) {
    this.#origin = origin;
    this.#options = options;
  }

  /** For all who are verified and to whom we do not show ourselves. */
  getVerifying(): SecureContext {
    this.#verifying ??= this.#createVerifying();
    return this.#verifying;
  }

  /** @throws NetworkError `client-certificate-invalid` */
  getTerms(relation: Relation): TrustTerms {
    const { caCertificates = [], skipVerify = false, clientCertificate } = this.#options;
    const certificate = relation === "own" ? clientCertificate : undefined;
    if (certificate !== undefined) checkClientCertificate(this.#origin, certificate);
    if (skipVerify && relation !== "other") {
      return { secureContext: createSecureContext({ ...certificate }), rejectUnauthorized: false };
    }
    const secureContext =
      certificate === undefined
        ? this.getVerifying()
        : createSecureContext({ ca: [...listSystemRoots(), ...caCertificates], ...certificate });
    return { secureContext, rejectUnauthorized: true };
  }

  #createVerifying(): SecureContext {
    const { caCertificates = [] } = this.#options;
    if (caCertificates.length > 0) {
      return createSecureContext({ ca: [...listSystemRoots(), ...caCertificates] });
    }
    systemTrust ??= createSecureContext({ ca: [...listSystemRoots()] });
    return systemTrust;
  }
}

/**
 * Proves that certificate and key belong together and can be read.
 *
 * @throws NetworkError `client-certificate-invalid`, whose `platformCode` is OpenSSL's
 */
function checkClientCertificate(origin: string, certificate: ClientCertificate): void {
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
