import type { ConfigFinding, ConfigSeverity } from "./config-finding.ts";
import { listHostDirectories, type NodeSystem } from "./host-directories.ts";
import type { HostSettings, HostsToml } from "./hosts-toml.ts";
import { isSourceHost, listRequests, type ImageRequest } from "./list-requests.ts";
import { readHostsToml } from "./read-hosts-toml.ts";

/** What is amiss with a `hosts.toml`, and how much that matters where nothing else is said. */
export const hostsTomlRules = {
  /** Nothing was looked at. */
  "too-large": "error",
  /** containerd passes the file over. Facts: `problem` of HostsTomlProblem, `detail` */
  "hosts-toml-ignored": "error",
  /** containerd 1 passes the file over; an error where the source must not be asked. Facts: `host` */
  "host-table-missing": "warning",
  /** Older versions of containerd pass the file over; an error where the source must not be asked. Facts: `host` */
  "referrers-not-known": "warning",
  /** containerd does not look in that directory. Facts: `directory`, `expected`, `system` */
  "directory-not-looked-in": "error",
  /** The source is asked last; an error where it must not be. Facts: `host` */
  "source-asked": "notice",
  /** Only the source says what tags stand for. Facts: `host` */
  "tags-at-source-only": "warning",
  /** Nobody says what tags stand for: such pulls fail. */
  "tags-unresolved": "warning",
  /** It may be pushed to, too, and says what tags stand for. Facts: `host` */
  "capabilities-missing": "warning",
  /** No name of a host in it. Facts: `name` */
  "host-empty": "error",
  /** Facts: `host` */
  "plain-http": "warning",
  /** With `ca`, `client` or `skip_verify`, https is tried first. Facts: `host` */
  "http-with-tls-settings": "warning",
  /** Facts: `host` */
  "verification-skipped": "warning",
  /** `/v2` comes at the end of the path, as `override_path` is missing. Facts: `host`, `path` */
  "version-behind-path": "warning",
  /** With `override_path` there is no `/v2`. Facts: `host`, `path` */
  "version-missing": "warning",
  /** Whoever reads the file has them. Facts: `host`, `header` */
  "credentials-in-file": "notice",
  /** It is asked again as the server, without the header of its table. Facts: `host` */
  "server-without-header": "warning",
} as const satisfies Record<string, ConfigSeverity>;
export type HostsTomlRule = keyof typeof hostsTomlRules;

export interface HostsTomlCheckOptions {
  /** How findings name the file. */
  readonly file: string;
  /** `host[:port]` whose images it is for. */
  readonly sourceHost: string;
  /** Whether nodes may ask the source when mirrors fail. */
  readonly mayAskSource: boolean;
  /** Where it is, or is to be. */
  readonly place?: { readonly directory: string; readonly system: NodeSystem } | undefined;
}

/** An image to show addresses with. */
const anyImage = { repository: "<repository>", tag: "<tag>" };
const anyDigest = { repository: "<repository>", digest: "<digest>" };

/** Checks a `hosts.toml` by what containerd makes of it. Never throws. */
export function checkHostsToml(
  text: string,
  { file, sourceHost, mayAskSource, place }: HostsTomlCheckOptions,
): readonly ConfigFinding<HostsTomlRule>[] {
  const findings: ConfigFinding<HostsTomlRule>[] = [];
  const tell: Tell = (rule, facts, { url, severity = hostsTomlRules[rule] } = {}) => {
    findings.push({ rule, severity, object: file, facts, ...(url !== undefined && { url }) });
  };
  if (place !== undefined) {
    const expected = listHostDirectories(sourceHost, place.system);
    if (!expected.includes(place.directory)) {
      tell("directory-not-looked-in", {
        directory: place.directory,
        expected: expected.join(", "),
        system: place.system,
      });
    }
  }
  const hosts = readHostsToml(text);
  const ask = (image: typeof anyImage | typeof anyDigest, file: HostsToml | null = hosts) =>
    listRequests(file, sourceHost, image, { for: "resolve" }).filter(({ url }) =>
      url.includes("/manifests/"),
    );
  const isOfSource = ({ url, to }: ImageRequest) => to === "source" || !url.includes("?ns=");
  const last = ask(anyDigest).findLast(isOfSource);
  if (!hosts.ok && hosts.problem === "too-large") {
    tell("too-large", {});
    return findings;
  }
  if (!hosts.ok) {
    tell("hosts-toml-ignored", { problem: hosts.problem, detail: hosts.detail }, { url: last?.url });
    return findings;
  }
  // What those ask that pass the file over.
  const passedOver = {
    url: ask(anyDigest, null)[0]?.url,
    severity: mayAskSource ? "warning" : "error",
  } as const;
  if (!hosts.hasHostTable) tell("host-table-missing", { host: sourceHost }, passedOver);
  if ([...hosts.mirrors, hosts.server].some(namesReferrers)) {
    tell("referrers-not-known", { host: sourceHost }, passedOver);
  }
  if (last !== undefined) {
    tell(
      "source-asked",
      { host: sourceHost },
      { url: last.url, severity: mayAskSource ? "notice" : "error" },
    );
  }
  const isForeign = ({ endpoint }: HostSettings) =>
    endpoint !== null && !isSourceHost(endpoint.host, sourceHost);
  const tagRequests = ask(anyImage);
  const [tagRequest] = tagRequests;
  if (tagRequest === undefined) tell("tags-unresolved", {});
  else if (hosts.mirrors.some(isForeign) && tagRequests.every(isOfSource)) {
    tell("tags-at-source-only", { host: sourceHost }, { url: tagRequest.url });
  }
  for (const each of hosts.mirrors) checkHost(each, tell);
  if (hosts.server.endpoint !== null) {
    // The source may be asked for everything without a file, too.
    const namesCapabilities = hosts.server.namesCapabilities || !isForeign(hosts.server);
    checkHost({ ...hosts.server, namesCapabilities }, tell);
    checkServer(hosts.server, hosts.mirrors, tell);
  }
  return findings;
}

/** containerd 1.6 answers "unknown capability referrers"; the word came later. */
const namesReferrers = ({ namesCapabilities, capabilities }: HostSettings) =>
  namesCapabilities && capabilities.includes("referrers");

type Tell = (
  rule: HostsTomlRule,
  facts: ConfigFinding["facts"],
  more?: { readonly url?: string | undefined; readonly severity?: ConfigSeverity },
) => void;

function checkHost(settings: HostSettings, tell: Tell): void {
  const { endpoint, name, ca, clientPairs, skipVerify, overridePath } = settings;
  if (endpoint === null) return;
  const { host, path, scheme } = endpoint;
  if (host === "") return tell("host-empty", { name: name ?? "" });
  const url = `${scheme}://${host}${path}/<repository>/manifests/<tag>`;
  if (!settings.namesCapabilities) tell("capabilities-missing", { host });
  if (scheme === "http") {
    const hasTls = ca.length > 0 || clientPairs.length > 0 || skipVerify !== null;
    tell(hasTls ? "http-with-tls-settings" : "plain-http", { host }, { url });
  }
  if (skipVerify === true) tell("verification-skipped", { host });
  if (!overridePath && path !== "/v2") tell("version-behind-path", { host, path }, { url });
  if (overridePath && !path.split("/").includes("v2")) tell("version-missing", { host, path }, { url });
  const header = findCredentials(settings);
  if (header !== undefined) tell("credentials-in-file", { host, header });
}

const findCredentials = ({ headers }: HostSettings) =>
  Object.keys(headers).find((key) => key.toLowerCase() === "authorization");

function checkServer(server: HostSettings, mirrors: readonly HostSettings[], tell: Tell): void {
  const host = server.endpoint?.host;
  const twin = mirrors.find(({ endpoint }) => endpoint?.host === host);
  if (host === undefined || twin === undefined) return;
  if (findCredentials(twin) !== undefined && findCredentials(server) === undefined) {
    tell("server-without-header", { host });
  }
}
