import { parseServerAddress } from "../certificates/fetch-chain.ts";
import { findApiVersion } from "../vcd/find-api-version.ts";
import { VcdApi } from "../vcd/vcd-api.ts";
import type { Finding } from "./finding.ts";
import { judgeTrust } from "./judge-trust.ts";
import { lookUpHost } from "./look-up-host.ts";
import { makeFinding } from "./make-finding.ts";
import { reachHost } from "./reach-host.ts";
import { asEngineError, describeRequestFailure } from "./request-failure.ts";
import { describeNoProtocol } from "./see-protocol.ts";
import { seeTls } from "./see-tls.ts";
import type { ServerPlace } from "./server-place.ts";
import { isTls, shakeHands } from "./shake-hands.ts";
import type { StepRun, Walk } from "./walk.ts";

const step = "cloud-director";

/**
 * Cloud Director's public endpoint: its name, the way to it, its certificate by this panel's own list, and
 * `GET /api/versions`, for which nobody signs in.
 *
 * @param address `host[:port]`
 */
export async function* askCloudDirector(walk: Walk, address: string): StepRun {
  const parsed = parseServerAddress(address);
  if (parsed === null) {
    yield makeFinding(step, "dns-not-found", { host: address, servers: [] });
    return false;
  }
  const place = walk.placeOf(`https://${parsed.host}:${parsed.port}`);
  const addresses = yield* lookUpHost(walk, place, step);
  if (addresses === null) return false;
  if (place.proxy === null && !(yield* reachHost(walk, place, addresses, step))) return false;
  const handshake = await shakeHands(walk, place);
  const { failure, durationMs } = handshake;
  if (failure !== null && !isTls(handshake)) {
    yield describeNoProtocol(walk, place, failure, { step, waitedMs: durationMs });
    return false;
  }
  const agrees = yield* seeTls(handshake, place, walk.limits.slowAfterMs, step);
  const presented = handshake.chain?.certificates;
  if (presented === undefined) return false;
  const diagnoses = yield* judgeTrust(walk, { host: place.host, presented }, ["panel"], step);
  if (!agrees) return false;
  yield await askVersions(walk, place, diagnoses.get("panel")?.trusted === true);
  return true;
}

/** Unverified where the server is not trusted: nothing is shown to it, and nothing but its version is believed. */
async function askVersions(walk: Walk, { url, host }: ServerPlace, verified: boolean): Promise<Finding> {
  const api = new VcdApi({ ...walk.connection, host: url.host, skipVerify: !verified });
  try {
    const { version, release } = await findApiVersion(api, walk.signal);
    return makeFinding(step, "vcd-answered", { host, version: version.version, release });
  } catch (thrown) {
    const { code, facts } = asEngineError(thrown, "find-api-version");
    switch (code) {
      case "vcd-version-unsupported": {
        const newest = facts.value === undefined || facts.value === "-" ? null : facts.value;
        return makeFinding(step, "vcd-version-unsupported", { host, newest });
      }
      case "vcd-answer-invalid":
      case "vcd-unauthorized":
      case "vcd-forbidden":
        return makeFinding(step, "vcd-not-cloud-director", { host, status: facts.status ?? null });
      default:
        return makeFinding(step, "vcd-failed", {
          host,
          ...describeRequestFailure(thrown, "find-api-version"),
        });
    }
  } finally {
    await api.close();
  }
}
