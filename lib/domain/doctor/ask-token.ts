import { NetworkError } from "#lib/engine/network/network-error.ts";
import { createTransport } from "#lib/engine/network/transport.ts";
import { orAbort } from "#lib/engine/oci/abort.ts";
import { type Challenge, parseChallenges } from "#lib/engine/oci/challenge.ts";
import { fetchToken } from "#lib/engine/oci/token-server.ts";
import type { Finding } from "./finding.ts";
import { makeFinding } from "./make-finding.ts";
import { describeRequestFailure } from "./request-failure.ts";
import type { StepRun, Walk } from "./walk.ts";

const step = "authentication";

/**
 * Whether who has no credentials, as clusters have none, is let in: at once, or with a token that is given to everybody.
 * Whether that suffices for an image is told by the images.
 *
 * @param repository for which a token is asked to pull
 */
export async function* askToken(walk: Walk, repository: string): StepRun {
  const { origin, answer } = walk;
  if (answer?.status !== 401) {
    yield makeFinding(step, "authentication-none", { origin });
    return true;
  }
  const challenges = parseChallenges(answer.headers["www-authenticate"] ?? "");
  const bearer = challenges.find(({ scheme }) => scheme === "bearer");
  const realm = URL.parse(bearer?.parameters.realm ?? "");
  if (bearer !== undefined && realm !== null && /^https?:$/.test(realm.protocol)) {
    walk.wantsTokens = true;
    return yield* askServer(walk, realm, bearer, repository);
  }
  const basic = challenges.find(({ scheme }) => scheme === "basic");
  if (basic !== undefined) {
    yield makeFinding(step, "authentication-basic-wanted", { origin, realm: basic.parameters.realm ?? null });
  } else {
    const schemes = challenges.map(({ scheme }) => scheme);
    yield makeFinding(step, "authentication-other-wanted", { origin, schemes });
  }
  // Some ask for a sign-in here and let everybody pull all the same.
  return true;
}

async function* askServer(walk: Walk, realm: URL, { parameters }: Challenge, repository: string): StepRun {
  const service = parameters.service ?? null;
  // What else stands in the address is not told: it may be a user's.
  const told = `${realm.origin}${realm.pathname}`;
  const transport = createTransport({ ...walk.registryConnection, origin: walk.origin });
  try {
    if (walk.origin.startsWith("https:") && realm.protocol !== "https:") {
      throw new NetworkError("redirect-refused", { origin: realm.origin, retryable: false });
    }
    const server = { realm, service: service ?? undefined };
    const scopes = [`repository:${repository}:pull`];
    await orAbort(fetchToken(transport, server, scopes, { basic: null, identityToken: null }), walk.signal);
    yield makeFinding(step, "authentication-anonymous-token", { realm: told, service });
    return true;
  } catch (error) {
    yield describeFailure(error, told, service);
    return false;
  } finally {
    await transport.close();
  }
}

function describeFailure(thrown: unknown, realm: string, service: string | null): Finding {
  const failure = describeRequestFailure(thrown, "get-token");
  const { status } = failure;
  const refused = status !== null && status < 500 && failure.failure !== "rate-limited";
  return refused
    ? makeFinding(step, "authentication-token-refused", { realm, service, status })
    : makeFinding(step, "authentication-token-unreachable", { realm, ...failure });
}
