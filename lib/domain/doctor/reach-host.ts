import { NetworkError, type NetworkErrorCode } from "#lib/engine/network/network-error.ts";
import { probeTcp } from "#lib/engine/network/probe-tcp.ts";
import type { DoctorStep } from "./doctor-step.ts";
import type { Finding } from "./finding.ts";
import type { FailedAddress, FoundAddress } from "./finding-facts.ts";
import { makeFinding } from "./make-finding.ts";
import type { ServerPlace } from "./server-place.ts";
import type { Walk } from "./walk.ts";

/** Of a name; it is told that there are more. */
const maxProbed = 8;

type Attempt = { readonly address: string; readonly latencyMs: number } | FailedAddress;

/** Whether a connection can be opened, to each address of a server. @returns whether any answers */
export async function* reachHost(
  walk: Walk,
  { host, port }: ServerPlace,
  addresses: readonly FoundAddress[],
  step: DoctorStep,
): AsyncGenerator<Finding, boolean, undefined> {
  const { connectTimeoutMs: timeoutMs } = walk.limits;
  const startedAt = performance.now();
  const attempts = await Promise.all(
    addresses.slice(0, maxProbed).map(async ({ address }): Promise<Attempt> => {
      try {
        const latencyMs = await probeTcp({ address, port, timeoutMs, signal: walk.signal });
        return { address, latencyMs };
      } catch (error) {
        if (!(error instanceof NetworkError)) throw error;
        return { address, failure: error.code, platformCode: error.facts.platformCode ?? null };
      }
    }),
  );
  const failed = attempts.filter((each) => "failure" in each);
  const connected = attempts.filter((each) => "latencyMs" in each);
  const [first] = connected.toSorted((one, other) => one.latencyMs - other.latencyMs);
  if (first === undefined) {
    const waitedMs = Math.round(performance.now() - startedAt);
    yield describeUnreached({ host, port }, failed, waitedMs, step);
    return false;
  }
  const answering = connected.map(({ address }) => address);
  const latencyMs = Math.round(first.latencyMs * 10) / 10;
  yield makeFinding(step, "reach-connected", { host, port, addresses: answering, latencyMs });
  if (failed.length > 0)
    yield makeFinding(step, "reach-partly", { host, port, connected: answering, failed });
  return true;
}

/** Addresses that fail in ways of their own: the one that tells most is told, a refusal before a silence. */
const telling: readonly NetworkErrorCode[] = ["connection-refused", "timeout", "host-unreachable"];

/** Why no address of a server takes connections. */
export function describeUnreached(
  server: { readonly host: string; readonly port: number },
  failed: readonly FailedAddress[],
  waitedMs: number,
  step: DoctorStep,
): Finding {
  const facts = { ...server, failed };
  const code = telling.find((each) => failed.some(({ failure }) => failure === each));
  switch (code) {
    case "connection-refused":
      return makeFinding(step, "reach-refused", facts);
    case "host-unreachable":
      return makeFinding(step, "reach-no-route", facts);
    case "timeout":
      return makeFinding(step, "reach-timeout", { ...facts, waitedMs });
    default:
      return makeFinding(step, "reach-failed", facts);
  }
}
