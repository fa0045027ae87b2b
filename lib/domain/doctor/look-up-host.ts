import { isDialled } from "#lib/engine/network/address-policy.ts";
import { classifyAddress } from "#lib/engine/network/classify-address.ts";
import { type HostResolution, resolveHost } from "#lib/engine/network/resolve-host.ts";
import type { DoctorStep } from "./doctor-step.ts";
import type { Finding } from "./finding.ts";
import type { FoundAddress } from "./finding-facts.ts";
import { makeFinding } from "./make-finding.ts";
import type { ServerPlace } from "./server-place.ts";
import type { Walk } from "./walk.ts";

/**
 * What addresses a server has.
 *
 * @returns those that may be dialled; null when there are none, so that it cannot be reached. Empty behind a proxy, which
 * knows them.
 */
export async function* lookUpHost(
  walk: Walk,
  { host, isAddress, proxy }: ServerPlace,
  step: DoctorStep,
): AsyncGenerator<Finding, readonly FoundAddress[] | null, undefined> {
  if (proxy !== null) {
    yield makeFinding(step, "dns-left-to-proxy", { host, proxy });
    return [];
  }
  if (isAddress) return yield* takeLiteral(host, step);
  const startedAt = performance.now();
  const resolution = await resolveHost(host, {
    timeoutMs: walk.limits.connectTimeoutMs,
    signal: walk.signal,
  });
  const durationMs = Math.round(performance.now() - startedAt);
  if (isLocal(host)) yield makeFinding(step, "dns-local-domain", { host });
  if (resolution.state !== "resolved") {
    yield describeFailure(host, resolution, durationMs, step);
    return null;
  }
  const { addresses } = resolution;
  const dialled = addresses.filter(({ kind }) => isDialled(kind));
  if (dialled.length === 0) {
    yield makeFinding(step, "dns-address-refused", { host, addresses });
    return null;
  }
  yield makeFinding(step, "dns-resolved", { host, addresses, durationMs });
  yield* listRemarks(host, dialled, step);
  return dialled;
}

const isLocal = (host: string) => /\.local$/i.test(host);

function* takeLiteral(
  host: string,
  step: DoctorStep,
): Generator<Finding, readonly FoundAddress[] | null, undefined> {
  const kind = classifyAddress(host) ?? "unspecified";
  const address: FoundAddress = { address: host, family: host.includes(":") ? 6 : 4, kind };
  if (!isDialled(kind)) {
    yield makeFinding(step, "dns-address-refused", { host, addresses: [address] });
    return null;
  }
  yield makeFinding(step, "dns-literal", { host, kind });
  yield* listRemarks(host, [address], step);
  return [address];
}

function* listRemarks(
  host: string,
  addresses: readonly FoundAddress[],
  step: DoctorStep,
): Generator<Finding, void, undefined> {
  if (addresses.every(({ family }) => family === 6)) {
    yield makeFinding(step, "dns-ipv6-only", { host, addresses });
  }
  if (addresses.every(({ kind }) => kind === "loopback")) {
    yield makeFinding(step, "dns-loopback", { host, addresses });
  }
}

function describeFailure(
  host: string,
  { state, servers, platformCode }: Exclude<HostResolution, { state: "resolved" }>,
  waitedMs: number,
  step: DoctorStep,
): Finding {
  const facts = { host, servers };
  switch (state) {
    case "not-found":
    case "no-address":
    case "server-unreachable":
      return makeFinding(step, `dns-${state}`, facts);
    case "server-failed":
      return makeFinding(step, "dns-server-failed", { ...facts, platformCode });
    case "timeout":
      return makeFinding(step, "dns-timeout", { ...facts, waitedMs });
  }
}
