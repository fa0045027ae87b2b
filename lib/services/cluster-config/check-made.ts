import "server-only";
import { setImmediate as nextTurn } from "node:timers/promises";
import { checkMirrorSets } from "#lib/domain/cluster-config/check-mirror-sets.ts";
import type { ConfigFile } from "#lib/domain/cluster-config/config-output.ts";
import type { ConfigFinding } from "#lib/domain/cluster-config/config-finding.ts";
import { lintConfig } from "#lib/domain/cluster-config/lint-config.ts";
import { parseRegistryBase } from "#lib/engine/oci/reference.ts";
import { configFields, type ConfigForm, type ConfigTopic } from "#lib/schemas/cluster-config.ts";
import type { KnownParts } from "./config-inputs.ts";
import { makeSets } from "./form-sets.ts";

/** Beside YAML, what the linter knows of; the other files are parts of programs' own configuration. */
const checkedFile = /(?:^|\/)(?:hosts\.toml|[^/]+\.(?:env|conf|crt)|(?:vcdke-config-patch|daemon)\.json)$/;

/** What the linter says of files before they are handed out, each thing once though several files have it. */
export async function checkMade(
  files: readonly ConfigFile[],
  topic: ConfigTopic,
  form: ConfigForm,
  { registry, images }: KnownParts,
): Promise<ConfigFinding[]> {
  const isForWindows = topic === "hosts-toml" && form.system === "windows";
  const mayAskSource = configFields[topic].includes("mayAskSource")
    ? form.mayAskSource
    : form.policy !== "NeverContactSource";
  const question = {
    ...{ at: new Date(), registry: parseRegistryBase(registry), images, mayAskSource },
    hasWindowsNodes: form.hasWindowsNodes || isForWindows,
  };
  // As text they may be more than is read. Nor do the operator's own files matter, which it makes of them.
  const areSets = topic === "openshift" || isForWindows;
  const findings: ConfigFinding[] = areSets ? [...checkMirrorSets(makeSets(form, images), question)] : [];
  for (const { path, content } of areSets ? [] : listTexts(files)) {
    // Others are answered in between.
    await nextTurn();
    findings.push(...lintConfig(path, content, question));
  }
  const known = new Map(findings.map((finding) => [JSON.stringify(finding), finding]));
  return [...known.values()];
}

/** Documents that belong together are one text. */
function listTexts(files: readonly ConfigFile[]): { path: string; content: string }[] {
  const documents = files.filter(({ path }) => path.endsWith(".yaml")).map(({ content }) => content);
  return [
    ...(documents.length === 0 ? [] : [{ path: "", content: documents.join("---\n") }]),
    ...files.filter(({ path }) => checkedFile.test(path)),
  ];
}
