import type { Socket } from "node:net";
import { AddressPolicy, type AddressPolicyMode } from "./address-policy.ts";
import { classifyFailure } from "./classify-failure.ts";
import { createTcpDial } from "./dial.ts";
import { type TrustTerms, TrustStore } from "./tls-trust.ts";

export interface ServerAddress {
  /** `scheme://host:port`; the scheme only names the server in errors, what is opened is plain TCP. */
  readonly origin: string;
  /** PEM certificates trusted besides the system's. */
  readonly caCertificates?: readonly string[];
  /** `guarded` unless given. */
  readonly addressPolicy?: AddressPolicyMode;
  /** For name resolution and TCP together. */
  readonly connectTimeoutMs: number;
}

/** A connection to a server that speaks another protocol than HTTP, and on what terms TLS may begin on it. */
export interface ServerConnection {
  readonly socket: Socket;
  readonly trust: TrustTerms;
}

/** @throws NetworkError */
export async function connectToServer(server: ServerAddress): Promise<ServerConnection> {
  const { origin, caCertificates = [], addressPolicy = "guarded", connectTimeoutMs } = server;
  const url = new URL(origin);
  const policy = new AddressPolicy(url.hostname, addressPolicy, connectTimeoutMs);
  const trust = new TrustStore(origin, { caCertificates }).getTerms("own");
  const dial = createTcpDial({ timeoutMs: connectTimeoutMs, lookup: policy.lookupOwn });
  try {
    policy.admitConfigured(url.hostname);
    return { socket: await dial(url, {}), trust };
  } catch (error) {
    throw classifyFailure(error, origin, false) ?? error;
  }
}
