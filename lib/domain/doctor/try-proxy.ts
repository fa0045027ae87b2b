import { NetworkError } from "#lib/engine/network/network-error.ts";
import { probeProxy } from "#lib/engine/network/probe-proxy.ts";
import type { DoctorStep } from "./doctor-step.ts";
import type { Finding } from "./finding.ts";
import { makeFinding } from "./make-finding.ts";
import type { ServerPlace } from "./server-place.ts";
import type { Walk } from "./walk.ts";

/** Whether a proxy has to be taken, and lets us through. @returns whether the way is open */
export async function* tryProxy(
  walk: Walk,
  place: ServerPlace,
  step: DoctorStep,
): AsyncGenerator<Finding, boolean, undefined> {
  const { proxy } = walk.question;
  const { url, host, bypassed } = place;
  if (proxy === undefined) {
    yield makeFinding(step, "proxy-none", {});
    return true;
  }
  if (bypassed !== null) {
    yield makeFinding(step, "proxy-bypassed", { host, proxy: bypassed });
    return true;
  }
  try {
    await probeProxy({
      ...walk.reach,
      origin: url.origin,
      proxy,
      timeoutMs: walk.limits.connectTimeoutMs,
      signal: walk.signal,
    });
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    yield (
      describeProxyFailure(walk, place, error, step) ??
      makeFinding(step, "proxy-unreachable", {
        proxy: place.proxy ?? "",
        platformCode: error.facts.platformCode ?? null,
      })
    );
    return false;
  }
  yield makeFinding(step, "proxy-tunnel-opened", { host, proxy: place.proxy ?? "" });
  return true;
}

/** The finding for a failure that is the proxy's; null for one of the server behind it. */
export function describeProxyFailure(
  walk: Walk,
  { host, proxy }: Pick<ServerPlace, "host" | "proxy">,
  { code, facts }: NetworkError,
  step: DoctorStep,
): Finding | null {
  const name = facts.proxy ?? proxy ?? "";
  const platformCode = facts.platformCode ?? null;
  switch (code) {
    case "proxy-invalid":
      return makeFinding(step, code, {});
    case "proxy-unreachable":
    case "proxy-tls-failed":
      return makeFinding(step, code, { proxy: name, platformCode });
    case "proxy-unauthorized":
      return makeFinding(step, code, {
        proxy: name,
        credentialsSent: (URL.parse(walk.question.proxy?.url ?? "")?.username ?? "") !== "",
      });
    case "proxy-refused":
      return makeFinding(step, code, { host, proxy: name, status: facts.status ?? null });
    default:
      return null;
  }
}
