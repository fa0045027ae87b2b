import type { ConfigFinding } from "./config-finding.ts";
import { readDockerDaemon } from "./docker-daemon.ts";
import { type DockerRule, tellDocker } from "./docker-rule.ts";
import { registryHost } from "./registry-fields.ts";

/** Why Docker has no use for a mirror: with an `address` that is none it starts, with all others it does not. */
export type DockerMirrorProblem = "scheme" | "address" | "account" | "query";

const maxFindings = 200;

/**
 * Checks what a `daemon.json` says of registries (registry/config.go of moby). Never throws.
 *
 * @param mayAskSource whether Docker Hub may be asked
 */
export function checkDockerDaemon(
  text: string,
  { mayAskSource }: { mayAskSource: boolean },
): readonly ConfigFinding<DockerRule>[] {
  const reading = readDockerDaemon(text);
  if (!reading.ok) return [tellDocker("daemon-json-unreadable", "", { line: reading.line })];
  const { mirrors, insecure, unknown, malformed } = reading.daemon;
  return [
    ...unknown.map((facts) => tellDocker("daemon-key-unknown", facts.key, facts)),
    ...malformed.map((key) => tellDocker("daemon-list-wrong", key, { key })),
    ...mirrors.flatMap((mirror, index) => checkMirror(mirror, `registry-mirrors[${index}]`)),
    ...(mirrors.length > 0 && !mayAskSource ? [tellDocker("daemon-asks-hub", "registry-mirrors", {})] : []),
    ...insecure.map((value, index) => checkInsecure(value, `insecure-registries[${index}]`)),
  ].slice(0, maxFindings);
}

function checkMirror(mirror: string, object: string): ConfigFinding<DockerRule>[] {
  const refuse = (problem: DockerMirrorProblem) => [
    tellDocker("daemon-mirror-refused", object, { mirror, problem }),
  ];
  const scheme = /^(https?):\/\//i.exec(mirror)?.[1]?.toLowerCase();
  if (scheme === undefined) return refuse("scheme");
  const url = URL.parse(mirror);
  if (url === null) return refuse("address");
  if (url.username !== "" || url.password !== "") return refuse("account");
  if (url.search !== "" || url.hash !== "") return refuse("query");
  const hasPath = url.pathname !== "/";
  return [
    ...(hasPath ? [tellDocker("daemon-mirror-path", object, { mirror })] : []),
    ...(scheme === "http" ? [tellDocker("daemon-mirror-plain", object, { host: url.host })] : []),
  ];
}

const network = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f:]*:[\da-f:.]*)\/\d{1,3}$/i;

/** A scheme in front is taken away by Docker. */
function checkInsecure(value: string, object: string): ConfigFinding<DockerRule> {
  const host = value.replace(/^https?:\/\//i, "");
  const isKnown = network.test(host) || registryHost.safeParse(host).success;
  return isKnown
    ? tellDocker("daemon-insecure", object, { host })
    : tellDocker("daemon-insecure-refused", object, { value });
}
