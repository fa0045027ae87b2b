import type { DoctorStep } from "../domain/doctor/doctor-step.ts";
import type { FindingCode } from "../domain/doctor/finding.ts";
import type { FindingFacts } from "../domain/doctor/finding-facts.ts";
import type { EngineErrorCode } from "../engine/oci/errors.ts";
import { formatBytes } from "./format-bytes.ts";
import { list, type Verdicts } from "./verdict.ts";

type RegistryCode = Extract<
  FindingCode,
  | "skipped"
  | "time-over"
  | `${"api" | "authentication" | "harbor" | "image" | "images" | "inventory" | "push" | "disk" | "vcd"}-${string}`
>;

/** What each step is about. */
export const stepTitles: Readonly<Record<DoctorStep, string>> = {
  dns: "Name",
  reach: "Way",
  proxy: "Proxy",
  protocol: "Protocol",
  tls: "TLS",
  trust: "Trust",
  remedy: "Which certificate helps",
  api: "Registry API",
  clock: "Clock",
  authentication: "Sign-in",
  harbor: "Harbor projects",
  images: "Images in the three paths",
  "plugin-inventory": "Plug-in inventory",
  push: "Permission to push",
  disk: "Free disk space",
  "cloud-director": "Cloud Director",
};

const failures: Readonly<Partial<Record<EngineErrorCode, string>>> = {
  "host-not-found": "its name cannot be resolved",
  "connection-refused": "it refuses connections",
  "connection-lost": "the connection broke",
  "host-unreachable": "there is no route to it",
  timeout: "it did not answer in time",
  "tls-untrusted": "its certificate is not trusted",
  "tls-name-mismatch": "its certificate is for another name",
  "tls-expired": "its certificate is not valid at this time",
  "tls-failed": "no TLS connection could be agreed upon",
  "protocol-mismatch": "it speaks another protocol",
  "redirect-refused": "it points from HTTPS to HTTP",
  "address-refused": "its address must not be contacted from here (--any-address allows inner ones)",
  "client-certificate-required": "it wants a client certificate",
  unauthorized: "it wants credentials",
  forbidden: "it denies access",
  "rate-limited": "it limits the number of requests",
  "registry-failed": "it failed",
  "registry-refused": "it refused the request",
};

function why({ failure, platformCode, status }: FindingFacts["api-unreachable"] | Failure): string {
  const details = [status === null ? null : `HTTP ${status}`, platformCode].filter((each) => each !== null);
  const words = failures[failure] ?? failure;
  return details.length === 0 ? words : `${words} (${details.join(", ")})`;
}

type Failure = Omit<FindingFacts["api-unreachable"], "origin">;

const refusal = ({ status, ociCodes }: { readonly status: number; readonly ociCodes: readonly string[] }) =>
  `HTTP ${status}${ociCodes.length === 0 ? "" : `, ${ociCodes.join(", ")}`}`;

const wait = (ms: number | null) => (ms === null ? "" : `, for ${Math.ceil(ms / 1_000)} s`);
const anonymous = "Clusters have no credentials: there is no field for them in their configuration.";
const letEverybodyPull =
  "Let everybody pull from there: in Harbor make the project public, elsewhere allow anonymous read access.";

const skipReasons: Readonly<Record<FindingFacts["skipped"]["reason"], string>> = {
  failed: "",
  "not-asked": "not asked for",
  "not-needed": "not needed",
  unverified: "not tried, since credentials are not shown to a server that is not trusted",
};

/** From the first request to a pushed and a pulled image, and what else was looked at. */
export const registryVerdicts: Verdicts<RegistryCode> = {
  skipped: ({ by, reason }) => ({
    seen: by === null ? skipReasons[reason] : `not looked at, since "${stepTitles[by]}" failed`,
  }),
  "time-over": ({ limitMs }) => ({
    seen: `The time for all steps, ${limitMs / 1_000} s, was over here.`,
    remedy: "Look at what is said above, or give it more time (--timeout).",
  }),

  "api-unverified": ({ host }) => ({
    seen: `${host} is asked all the same, without verifying who answers, and without credentials.`,
  }),
  "api-answered": ({ status, version, durationMs }) => ({
    seen: `A registry answers (HTTP ${status}${version === null ? "" : `, ${version}`}, ${durationMs} ms).`,
  }),
  "api-slow": ({ durationMs }) => ({
    seen: `The answer took ${(durationMs / 1_000).toFixed(1)} s.`,
    meaning: "Each pull asks many times, so that clusters are created slowly or not in time.",
    remedy: "Look at the load of the registry, its database and its storage.",
  }),
  "api-not-a-registry": ({ origin, status, contentType, location }) => ({
    seen: `What answers at ${location ?? `${origin}/v2/`} is no registry (HTTP ${status}${contentType === null ? "" : `, ${contentType}`}).`,
    meaning: "Another service listens there, or a sign-in page or load balancer stands in front.",
    remedy: "Check host and port, and let the path /v2/ through to the registry as it is.",
  }),
  "api-redirected": ({ location }) => ({
    seen: `The registry sends its clients elsewhere: ${location}.`,
    meaning: "Nodes must reach and trust that server, too.",
    remedy: "Use its name as the registry's, or let the registry answer itself.",
  }),
  "api-failed": ({ origin, status }) => ({
    seen: `${origin} failed (HTTP ${status}).`,
    meaning:
      status === 502 || status === 503 || status === 504
        ? "What stands before the registry does not reach it: it is down, or starting."
        : "The registry itself is broken.",
    remedy: "Look at the log of the registry and of what stands before it.",
  }),
  "api-refused": ({ origin, status }) => ({
    seen: `${origin} denies access (HTTP ${status}).`,
    remedy: "Look for a firewall or a list of allowed addresses before the registry.",
  }),
  "api-rate-limited": ({ origin, retryAfterMs }) => ({
    seen: `${origin} limits the number of requests, and wants a rest${wait(retryAfterMs)}.`,
    meaning: "Clusters that pull many images at once meet that limit first.",
    remedy: "Raise the limit for nodes.",
  }),
  "api-unreachable": (facts) => ({
    seen: `${facts.origin} gave no answer: ${why(facts)}.`,
    remedy: "Look at the log of the registry and of what stands before it.",
  }),

  "authentication-none": () => ({ seen: "Nobody has to sign in." }),
  "authentication-anonymous-token": ({ realm }) => ({
    seen: `Tokens are wanted, and ${realm} gives them to whoever asks.`,
  }),
  "authentication-token-refused": ({ realm, status }) => ({
    seen: `Tokens are wanted, and ${realm} gives none without credentials${status === null ? "" : ` (HTTP ${status})`}.`,
    meaning: anonymous,
    remedy: letEverybodyPull,
  }),
  "authentication-token-unreachable": (facts) => ({
    seen: `Tokens are wanted, and ${facts.realm} gives none: ${why(facts)}.`,
    meaning: "Nodes ask there, too, before each pull.",
    remedy:
      "Correct the address of the token server in the registry's configuration, or make it reachable and trusted.",
  }),
  "authentication-basic-wanted": ({ origin, realm }) => ({
    seen: `${origin} wants a user name and a password${realm === null ? "" : ` ("${realm}")`}.`,
    meaning: anonymous,
    remedy: letEverybodyPull,
  }),
  "authentication-other-wanted": ({ origin, schemes }) => ({
    seen:
      schemes.length === 0
        ? `${origin} refuses whoever is not signed in, without saying how to.`
        : `${origin} wants a sign-in that clients of registries cannot answer: ${list(schemes)}.`,
    meaning: "What stands before the registry may answer instead of it.",
    remedy: "Let the path /v2/ through to the registry without signing in.",
  }),

  "harbor-none": () => ({ seen: "The registry is no Harbor, so there are no projects to look at." }),
  "harbor-projects-public": ({ projects }) => ({ seen: `Public: ${list(projects)}.` }),
  "harbor-project-missing": ({ project }) => ({
    seen: `The project "${project}" does not exist.`,
    remedy: `Make a public project "${project}" in Harbor.`,
  }),
  "harbor-project-private": ({ project }) => ({
    seen: `The project "${project}" is private.`,
    meaning: anonymous,
    remedy: "Make the project public in Harbor.",
  }),
  "harbor-project-hidden": ({ project }) => ({
    seen: `The project "${project}" does not exist, or is private; Harbor tells only who is signed in.`,
    remedy: `Look in Harbor: there has to be a public project "${project}".`,
  }),
  "harbor-project-name-refused": ({ project }) => ({
    seen: `Harbor lets no project be called "${project}".`,
    remedy: "Choose another base path.",
  }),
  "harbor-project-proxy-cache": ({ project }) => ({
    seen: `The project "${project}" fetches from another registry, so that nothing can be pushed to it.`,
    remedy: "Use an ordinary project for what is mirrored.",
  }),
  "harbor-failed": (facts) => ({
    seen: `The registry may be a Harbor, but its API could not be asked: ${why(facts)}.`,
    remedy: "Look at Harbor's log, and at what stands before it.",
  }),

  "image-pulled": ({ image, digest, mediaType, sizeBytes }) => ({
    seen: `${image} was pulled without signing in: ${digest} (${mediaType}, ${formatBytes(sizeBytes)}).`,
  }),
  "image-missing": ({ image }) => ({
    seen: `${image} has been placed there, and is not there any more.`,
    remedy: "Mirror it again; look for rules of retention that delete tags.",
  }),
  "images-none": ({ path, tried }) => ({
    seen: `Nothing that clusters are known to look for was found below ${path}.`,
    meaning: `Looked for were ${list(tried)}.`,
    remedy: "Mirror the images there; check the base path.",
  }),
  "image-wants-credentials": ({ image, ...facts }) => ({
    seen: `${image} is given to nobody who is not signed in (${refusal(facts)}).`,
    meaning: anonymous,
    remedy: letEverybodyPull,
  }),
  "image-forbidden": ({ image, ...facts }) => ({
    seen: `${image} is denied (${refusal(facts)}).`,
    meaning: "Clusters get no more than that: they do not sign in.",
    remedy: letEverybodyPull,
  }),
  "image-damaged": ({ image, failure }) => ({
    seen: `${image} is damaged: ${damages[failure] ?? failure}.`,
    remedy: "Push it again; look for a proxy on the way that changes what is sent.",
  }),
  "image-different": ({ image, expectedDigest, digest }) => ({
    seen: `${image} is ${digest}, and not what was placed there: ${expectedDigest}.`,
    meaning: "Somebody has pushed another image under the same tag.",
    remedy: "Find out who, and mirror the image again.",
  }),
  "image-rate-limited": ({ image, retryAfterMs }) => ({
    seen: `${image} was not given: the registry limits the number of requests, and wants a rest${wait(retryAfterMs)}.`,
    meaning: 'Nodes say "toomanyrequests". The other images were not asked for.',
    remedy: "Raise the limit for nodes.",
  }),
  "image-failed": ({ image, ...facts }) => ({
    seen: `${image} could not be pulled: ${why(facts)}.`,
    remedy: "Look at the registry's log.",
  }),

  "inventory-found": ({ image, digest }) => ({ seen: `${image} is there: ${digest}.` }),
  "inventory-missing": ({ image }) => ({
    seen: `${image} is not there.`,
    meaning: "The Tanzu CLI finds no plug-ins; TKG 2.3.1 and newer need them.",
    remedy: "Mirror the plug-ins with their inventory to that path.",
  }),
  "inventory-other-tags": ({ image, tags }) => ({
    seen: `${image} is not there, but other tags are: ${list(tags)}.`,
    meaning: "The Tanzu CLI asks for that tag only.",
    remedy: "Mirror the plug-ins with the tag latest.",
  }),
  "inventory-failed": ({ image, ...facts }) => ({
    seen: `${image} could not be asked for: ${why(facts)}.`,
    remedy: "See what is said of the images.",
  }),

  "push-allowed": ({ paths }) => ({ seen: `The credentials may push to ${list(paths)}.` }),
  "push-credentials-refused": ({ path, ...facts }) => ({
    seen: `The registry does not accept the credentials for ${path} (${refusal(facts)}).`,
    remedy: "Check user name and password, and whether the account may push there.",
  }),
  "push-forbidden": ({ path, ...facts }) => ({
    seen: `The credentials may not push to ${path} (${refusal(facts)}).`,
    remedy: "Give the account the right to push there (in Harbor: developer or more of the project).",
  }),
  "push-read-only": ({ path, ...facts }) => ({
    seen: `The registry takes no pushes at present (${path}: ${refusal(facts)}).`,
    remedy: "End its read-only mode, which is meant for garbage collection.",
  }),
  "push-failed": ({ path, ...facts }) => ({
    seen: `The permission to push to ${path} could not be tried: ${why(facts)}.`,
    remedy: "Look at the registry's log.",
  }),

  "disk-enough": ({ folder, freeBytes }) => ({ seen: `${folder} has ${formatBytes(freeBytes)} free.` }),
  "disk-short": ({ folder, freeBytes, wantedBytes }) => ({
    seen: `${folder} has ${formatBytes(freeBytes)} free; ${formatBytes(wantedBytes)} should be.`,
    remedy: "Make room, or use another folder.",
  }),
  "disk-unknown": ({ folder }) => ({ seen: `How much is free at ${folder} cannot be told.` }),

  "vcd-answered": ({ host, version, release }) => ({
    seen: `${host} is Cloud Director${release === null ? "" : ` ${release}`}, API ${version}.`,
  }),
  "vcd-version-unsupported": ({ host, newest }) => ({
    seen: `${host} is a Cloud Director whose API is not supported here${newest === null ? "" : ` (newest: ${newest})`}.`,
    remedy: "Container Service Extension 4.2 needs Cloud Director 10.4.2 or newer.",
  }),
  "vcd-not-cloud-director": ({ host, status }) => ({
    seen: `${host} does not answer like Cloud Director${status === null ? "" : ` (HTTP ${status})`}.`,
    remedy: "Check the public endpoint, and let /api/ through to Cloud Director.",
  }),
  "vcd-failed": (facts) => ({
    seen: `${facts.host} could not be asked for the versions of its API: ${why(facts)}.`,
    remedy: "Look at Cloud Director's log, and at what stands before it.",
  }),
};

const damages: Readonly<Partial<Record<EngineErrorCode, string>>> = {
  "digest-mismatch": "it is not what its digest says",
  "manifest-invalid": "its manifest cannot be read",
  "manifest-too-large": "its manifest is too large",
};
