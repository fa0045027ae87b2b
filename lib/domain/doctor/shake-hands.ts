import { fetchChain, type PresentedChain } from "../certificates/fetch-chain.ts";
import { NetworkError } from "#lib/engine/network/network-error.ts";
import type { ServerPlace } from "./server-place.ts";
import type { Walk } from "./walk.ts";

/** What came of a handshake. */
export interface Handshake {
  readonly chain: PresentedChain | null;
  /** Why there are no certificates. */
  readonly failure: NetworkError | null;
  readonly durationMs: number;
}

/** Sees what a server presents, whatever it is. */
export async function shakeHands(walk: Walk, { host, port }: ServerPlace): Promise<Handshake> {
  const bracketed = host.includes(":") ? `[${host}]` : host;
  const startedAt = performance.now();
  let chain: PresentedChain | null = null;
  let failure: NetworkError | null = null;
  try {
    chain = await fetchChain(
      { host: bracketed, port },
      { ...walk.reach, timeoutMs: walk.limits.connectTimeoutMs, signal: walk.signal },
    );
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    failure = error;
  }
  return { chain, failure, durationMs: Math.round(performance.now() - startedAt) };
}

/** Whether TLS is spoken there: who ends a handshake by an alert speaks it, too. */
export const isTls = ({ failure }: Handshake): boolean => failure === null || failure.code === "tls-failed";
