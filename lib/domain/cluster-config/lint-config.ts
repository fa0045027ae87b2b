import { basename, dirname } from "node:path/posix";
import { findKeyInText } from "#lib/domain/certificates/find-private-key.ts";
import { hideInText } from "#lib/domain/vcd/secret-values.ts";
import type { RegistryBase } from "#lib/engine/oci/reference.ts";
import { checkCertificateFile } from "./check-certificate-file.ts";
import { checkDockerDaemon } from "./check-docker-daemon.ts";
import { checkHostsToml } from "./check-hosts-toml.ts";
import { checkMirrorSets } from "./check-mirror-sets.ts";
import { checkRegistriesConf } from "./check-registries-conf.ts";
import { checkServerConfig } from "./check-server-config.ts";
import { checkTrust } from "./check-trust.ts";
import type { ConfigFinding } from "./config-finding.ts";
import type { MirroredImage } from "./mirrored-image.ts";
import { type MirrorSet, mirrorSetKinds, oldMirrorKinds } from "./mirror-set.ts";
import { parseMirrorSets } from "./parse-mirror-sets.ts";
import { trustFinding } from "./trust-finding.ts";

/** What a text is checked against; what is not known is not judged. */
export interface LintQuestion {
  readonly at: Date;
  /** Where the clusters are to pull from. */
  readonly registry?: RegistryBase;
  readonly wantsCredentials?: boolean;
  readonly hasWindowsNodes: boolean;
  /** What is known to be mirrored. */
  readonly images?: readonly MirroredImage[];
  /** Whether nodes may ask the sources when mirrors fail. */
  readonly mayAskSource: boolean;
}

/** Said of what the other checks are for. */
const foreign: ReadonlySet<string> = new Set(["kind-foreign", "mirror-sets-missing"]);
/** Said of mirror sets already. */
const saidOfSets: ReadonlySet<string> = new Set(["not-yaml", "key-twice", "too-large"]);
/** Words that only a text of mirror sets, or of what they have taken the place of, has. */
const mirrorWords: readonly string[] = [...mirrorSetKinds, ...oldMirrorKinds];

/** Lines that only a registries.conf has, and such of a `hosts.toml`; either may stand in an object of Kubernetes, too. */
const registriesLine =
  /^[ \t]*(?:\[\[[ \t]*registry[ \t]*\]\]|\[registries\.\w+\]|unqualified-search-registries[ \t]*=)/im;
/** containerd's own configuration has such, and says nothing of mirrors but where `hosts.toml` files are. */
const pluginsLine = /^[ \t]*\[[ \t]*plugins\b/m;
const objectLine = /^[ \t]*(?:-[ \t]+)?(?:apiVersion|kind)[ \t]*:/m;
/** Of an object of JSON that says nothing else that is known here. */
const daemonKeys = /^\s*\{(?=[^]*"(?:registry-mirrors?|insecure-registr(?:y|ies))"\s{0,20}:)/;
/** From the first line to the last, whatever is written between and before them. */
const certificatesOnly =
  /^\s*-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[^]*-----END (?:X509 |TRUSTED )?CERTIFICATE-----\s*$/;
const certificateName = /\.(?:crt|cer|cert|pem)$/;
const hostsLine = /^[ \t]*(?:\[[ \t]*host[ \t]*[.\]]|server[ \t]*=[ \t]*["'])/m;

/**
 * Checks a file of the clusters' own formats, or what somebody has pasted of one: `hosts.toml` of containerd, registries.conf
 * of Podman, `daemon.json` of Docker, files of certificates, mirror sets of OpenShift, VCDKEConfig of Cloud Director, and what
 * `checkTrust` knows. What it is says its name, or
 * else the text. Never throws. With a private key in it nothing else is looked at; passwords in addresses are in no finding.
 *
 * @param path as it is called; of a `hosts.toml` the folder names the registry that it is for: `quay.io/hosts.toml`; of
 *   `registries.conf.d/own.conf` it tells that it is one of several
 */
export function lintConfig(path: string, text: string, question: LintQuestion): readonly ConfigFinding[] {
  return findAll(path, text, question).map(hidePasswords);
}

/** The mirror sets that `lintConfig` finds in a text, to ask more of them. */
export function readMirrorSets(path: string, text: string): readonly MirrorSet[] {
  if (recognize(path, text) !== "mirror-sets" || findKeyInText(text) !== null) return [];
  return parseMirrorSets(text).sets.map(hideInSet);
}

function findAll(path: string, text: string, question: LintQuestion): readonly ConfigFinding[] {
  if (findKeyInText(text) !== null) return checkTrust(text, question);
  switch (recognize(path, text)) {
    case "registries-conf":
      return checkRegistriesConf(text, { ...question, file: path === "" ? "registries.conf" : path });
    case "hosts-toml":
      return lintHosts(path, text, question);
    case "docker-daemon":
      return checkDockerDaemon(text, question);
    case "certificates":
      return checkCertificateFile(path, text, question.at);
    case "mirror-sets":
      return lintSets(text, question);
    case "nothing":
      return [trustFinding("nothing-recognized", "", {})];
    case "other":
      return checkServerConfig(text, question) ?? checkTrust(text, question);
  }
}

type TextKind =
  "registries-conf" | "hosts-toml" | "docker-daemon" | "certificates" | "mirror-sets" | "nothing" | "other";

function recognize(path: string, text: string): TextKind {
  const name = basename(path);
  if (name === "hosts.toml") return "hosts-toml";
  if (name === "daemon.json" || daemonKeys.test(text)) return "docker-daemon";
  if (certificateName.test(name) || certificatesOnly.test(text)) return "certificates";
  const isObject = objectLine.test(text);
  if (name.endsWith(".conf") || (registriesLine.test(text) && !isObject)) return "registries-conf";
  if (name.endsWith(".toml") && pluginsLine.test(text)) return "nothing";
  if (name.endsWith(".toml") || (hostsLine.test(text) && !isObject)) return "hosts-toml";
  return mirrorWords.some((kind) => text.includes(kind)) ? "mirror-sets" : "other";
}

function lintSets(text: string, question: LintQuestion): readonly ConfigFinding[] {
  const { sets: written, findings } = parseMirrorSets(text);
  const sets = written.map(hideInSet);
  const mirrors = [
    ...findings.filter(({ rule }) => !foreign.has(rule)).map((each) => weigh(each, question)),
    // Of a text that cannot be read nothing is known.
    ...(sets.length === 0 ? [] : checkMirrorSets(sets, question)),
  ];
  // Beside mirror sets there may be what the others are for, or nothing.
  const isRead = sets.length + mirrors.length > 0;
  const others = checkTrust(text, question).filter(
    ({ rule }) => !saidOfSets.has(rule) && !(isRead && rule === "nothing-recognized"),
  );
  return [...mirrors, ...others];
}

/** Linux nodes still go by the old kinds. */
const weigh = (finding: ConfigFinding, { hasWindowsNodes }: LintQuestion): ConfigFinding =>
  finding.rule === "policy-kind-old" && !hasWindowsNodes ? { ...finding, severity: "warning" } : finding;

/** Before names of folders and addresses are made of them. */
const hideInSet = (set: MirrorSet): MirrorSet => ({
  ...set,
  entries: set.entries.map(({ source, mirrors, ...rest }) => ({
    ...rest,
    ...{ source: hideInText(source), mirrors: mirrors.map(hideInText) },
  })),
});

/** Names and values are shown as they were written, and a mirror may be written with who signs in. */
function hidePasswords(finding: ConfigFinding): ConfigFinding {
  const { object, facts, url } = finding;
  const shown = Object.entries(facts).map(([name, fact]) => [
    name,
    typeof fact === "string" ? hideInText(fact) : fact,
  ]);
  return {
    ...finding,
    ...{ object: hideInText(object), facts: Object.fromEntries(shown) as ConfigFinding["facts"] },
    ...(url !== undefined && { url: hideInText(url) }),
  };
}

function lintHosts(path: string, text: string, question: LintQuestion): readonly ConfigFinding[] {
  const { sourceHost, directory } = findHostDirectory(path);
  const system = question.hasWindowsNodes ? "windows" : "linux";
  const findings = checkHostsToml(text, {
    ...{ file: path, sourceHost, mayAskSource: question.mayAskSource },
    // What has another name is to be put somewhere else yet.
    place: basename(path) === "hosts.toml" && directory !== "" ? { directory, system } : undefined,
  });
  // Of its own images, the registry is the source.
  const isOwn = sourceHost === question.registry?.registry;
  return isOwn ? findings.filter(({ rule }) => rule !== "source-asked") : findings;
}

/** The folder of a `hosts.toml`, below `certs.d` where the path has that, and which registry it is meant for. */
function findHostDirectory(path: string): { sourceHost: string; directory: string } {
  const folder = dirname(path);
  const folders = folder === "." ? [] : folder.split("/");
  const known = folders.lastIndexOf("certs.d");
  const below = known === -1 ? folders.slice(-1) : folders.slice(known + 1);
  const directory = below.length === 0 && known !== -1 ? "certs.d" : below.join("/");
  return { sourceHost: findSourceHost(below[0] ?? ""), directory };
}

/**
 * `host_5000_` and `host:5000` are the same registry, and so is `host_5000` meant to be, as no host has a `_`; `_default` and
 * no folder are none that could be named.
 */
function findSourceHost(directory: string): string {
  if (directory === "_default" || directory === "") return "<source>";
  return directory.replace(/_(\d{1,5})_?$/, ":$1");
}
