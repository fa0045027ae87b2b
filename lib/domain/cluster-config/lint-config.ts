import { basename, dirname } from "node:path/posix";
import type { RegistryBase } from "#lib/engine/oci/reference.ts";
import { checkHostsToml } from "./check-hosts-toml.ts";
import { checkMirrorSets } from "./check-mirror-sets.ts";
import { checkTrust } from "./check-trust.ts";
import type { ConfigFinding } from "./config-finding.ts";
import type { MirroredImage } from "./mirrored-image.ts";
import { mirrorSetKinds } from "./mirror-set.ts";
import { parseMirrorSets } from "./parse-mirror-sets.ts";

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

/**
 * Checks a file of the clusters' own formats, or what somebody has pasted of one: `hosts.toml` of containerd, mirror sets of
 * OpenShift, and what `checkTrust` knows. Never throws.
 *
 * @param path as it is called; of a `hosts.toml` the folder names the registry that it is for: `quay.io/hosts.toml`
 */
export function lintConfig(path: string, text: string, question: LintQuestion): readonly ConfigFinding[] {
  if (basename(path).endsWith(".toml")) return lintHosts(path, text, question);
  if (!mirrorSetKinds.some((kind) => text.includes(kind))) return checkTrust(text, question);
  const { sets, findings } = parseMirrorSets(text);
  const mirrors = [...findings.filter(({ rule }) => !foreign.has(rule)), ...checkMirrorSets(sets, question)];
  // Beside mirror sets there may be what the others are for, or nothing.
  const others = checkTrust(text, question).filter(({ rule }) => rule !== "nothing-recognized");
  return [...mirrors, ...others];
}

function lintHosts(path: string, text: string, { mayAskSource }: LintQuestion): readonly ConfigFinding[] {
  const directory = basename(dirname(path));
  const sourceHost = findSourceHost(directory);
  return checkHostsToml(text, { file: path, sourceHost, mayAskSource });
}

/** `host_5000_` and `host:5000` are the same registry; `_default` and no folder are none. */
function findSourceHost(directory: string): string {
  if (directory === "." || directory === "_default" || directory === "") return "source.example.com";
  return directory.replace(/_(\d{1,5})_$/, ":$1");
}
