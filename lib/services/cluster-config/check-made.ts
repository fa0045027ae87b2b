import "server-only";
import type { ConfigFile } from "#lib/domain/cluster-config/config-output.ts";
import type { ConfigFinding } from "#lib/domain/cluster-config/config-finding.ts";
import { lintConfig } from "#lib/domain/cluster-config/lint-config.ts";
import { formatMirrorSets } from "#lib/domain/cluster-config/mirror-set.ts";
import { parseRegistryBase } from "#lib/engine/oci/reference.ts";
import { configFields, type ConfigForm, type ConfigTopic } from "#lib/schemas/cluster-config.ts";
import type { KnownParts } from "./config-inputs.ts";
import { makePassingSets } from "./passing-sets.ts";

/** Beside YAML, what the linter knows of; the other files are certificates and parts of programs' own configuration. */
const checkedFile = /(?:^|\/)(?:hosts\.toml|[^/]+\.env|[^/]+\.conf|vcdke-config-patch\.json)$/;

/** What the linter says of files before they are handed out, each thing once though several files have it. */
export function checkMade(
  files: readonly ConfigFile[],
  topic: ConfigTopic,
  form: ConfigForm,
  { registry, images }: KnownParts,
): ConfigFinding[] {
  const isForWindows = topic === "hosts-toml" && form.system === "windows";
  const mayAskSource = configFields[topic].includes("mayAskSource")
    ? form.mayAskSource
    : form.policy !== "NeverContactSource";
  const question = {
    ...{ at: new Date(), registry: parseRegistryBase(registry), images, mayAskSource },
    hasWindowsNodes: form.hasWindowsNodes || isForWindows,
  };
  // The operator makes its files itself: what can be mended are the mirror sets.
  const texts = isForWindows
    ? [{ path: "", content: formatMirrorSets(makePassingSets(form, images)) }]
    : [...joinDocuments(files), ...files.filter(({ path }) => checkedFile.test(path))];
  const findings = texts.flatMap(({ path, content }) => lintConfig(path, content, question));
  const known = new Map(findings.map((finding) => [JSON.stringify(finding), finding]));
  return [...known.values()];
}

/** Documents that belong together are one text. */
function joinDocuments(files: readonly ConfigFile[]): { path: string; content: string }[] {
  const documents = files.filter(({ path }) => path.endsWith(".yaml")).map(({ content }) => content);
  return documents.length === 0 ? [] : [{ path: "", content: documents.join("---\n") }];
}
