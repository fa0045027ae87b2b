import { NetworkError } from "#lib/engine/network/network-error.ts";
import { createTransport } from "#lib/engine/network/transport.ts";
import type { DoctorStep } from "./doctor-step.ts";
import type { Finding } from "./finding.ts";
import { makeFinding } from "./make-finding.ts";
import { isTls, shakeHands } from "./shake-hands.ts";
import type { ServerPlace } from "./server-place.ts";
import { describeProxyFailure } from "./try-proxy.ts";
import type { StepRun, Walk } from "./walk.ts";

const step = "protocol";

/** Whether TLS or plain HTTP is spoken, which need not be what was meant; what is spoken is what later steps speak. */
export async function* seeProtocol(walk: Walk): StepRun {
  return yield* walk.plainHttp ? seePlainHttp(walk) : seeTls(walk);
}

async function* seeTls(walk: Walk): StepRun {
  const { place } = walk;
  const { host, port } = place;
  const startedAt = performance.now();
  const handshake = await shakeHands(walk, place);
  const { failure } = handshake;
  if (failure === null || isTls(handshake)) {
    walk.handshake = handshake;
    yield makeFinding(step, "protocol-tls", { host, port });
    return true;
  }
  if (failure.code === "protocol-mismatch" && (await speaksHttp(walk, place)) === null) {
    walk.plainHttp = true;
    yield makeFinding(step, "protocol-plain-http", { host, port });
    return true;
  }
  const waitedMs = Math.round(performance.now() - startedAt);
  yield describeNoProtocol(walk, place, failure, { step, waitedMs });
  return false;
}

async function* seePlainHttp(walk: Walk): StepRun {
  const { place } = walk;
  const { host, port } = place;
  const startedAt = performance.now();
  const failure = await speaksHttp(walk, place);
  if (failure === null) {
    yield makeFinding(step, "protocol-plain-http-wanted", { host, port });
    return true;
  }
  if (failure.code === "protocol-mismatch") {
    const handshake = await shakeHands(walk, place);
    if (isTls(handshake)) {
      walk.handshake = handshake;
      walk.plainHttp = false;
      yield makeFinding(step, "protocol-tls-instead", { host, port });
      return true;
    }
  }
  const waitedMs = Math.round(performance.now() - startedAt);
  yield describeNoProtocol(walk, place, failure, { step, waitedMs });
  return false;
}

/** @returns null when an answer of HTTP comes */
async function speaksHttp(walk: Walk, { url }: ServerPlace): Promise<NetworkError | null> {
  // The port stays the one that was asked.
  const host = url.port === "" && url.protocol === "https:" ? `${url.hostname}:443` : url.host;
  const transport = createTransport({ ...walk.connection, origin: `http://${host}` });
  try {
    const target = new URL("/v2/", transport.origin);
    const response = await transport.request({ method: "GET", url: target, signal: walk.signal });
    await response.discard();
    return null;
  } catch (error) {
    if (error instanceof NetworkError) return error;
    throw error;
  } finally {
    await transport.close();
  }
}

/** Why neither is spoken there. */
export function describeNoProtocol(
  walk: Walk,
  place: ServerPlace,
  failure: NetworkError,
  { step, waitedMs }: { readonly step: DoctorStep; readonly waitedMs: number },
): Finding {
  const { host, port } = place;
  const proxied = describeProxyFailure(walk, place, failure, step);
  if (proxied !== null) return proxied;
  switch (failure.code) {
    case "protocol-mismatch":
      return makeFinding(step, "protocol-other", { host, port });
    case "timeout":
      return makeFinding(step, "protocol-silent", { host, port, waitedMs });
    default: {
      const platformCode = failure.facts.platformCode ?? null;
      return makeFinding(step, "protocol-closed", { host, port, platformCode });
    }
  }
}
