import { asMap, readDocuments, type YamlMap, type YamlValue } from "./read-documents.ts";
import { splitCommands } from "./split-commands.ts";

/** How many registries there can be besides the one that Tanzu Kubernetes Grid's own images come from. */
export const maxAdditionalRegistries = 3;

/** The variable with the images of a plug-in source whose signatures the Tanzu CLI does not look at. */
export const signatureSkipVariable = "TANZU_CLI_PLUGIN_DISCOVERY_IMAGE_SIGNATURE_VERIFICATION_SKIP_LIST";

const familyPattern =
  /^(TKG_CUSTOM_IMAGE_REPOSITORY|ADDITIONAL_IMAGE_REGISTRY_\d+|ADDITIONAL_IMAGE_REGISTRY|TKG_PROXY_CA)(?:_|$)/;

/**
 * The names that are read (`providers/config_default.yaml` of tanzu-framework 0.29) and begin as this one does; null for
 * one that begins like none.
 */
export function listVariableFamily(name: string): readonly string[] | null {
  const family = familyPattern.exec(name)?.[1];
  if (family === undefined) return null;
  if (family === "TKG_PROXY_CA") return ["TKG_PROXY_CA_CERT"];
  const first = family === "ADDITIONAL_IMAGE_REGISTRY" ? `${family}_1` : family;
  return ["", "_SKIP_TLS_VERIFY", "_CA_CERTIFICATE"].map((ending) => `${first}${ending}`);
}

/** A variable of Tanzu Kubernetes Grid as it stands in a text. */
export interface TkgVariable {
  readonly name: string;
  readonly value: string;
  /** From 1; null in YAML. */
  readonly line: number | null;
}

/** Whether a shell puts something else in the value's place, so that nothing can be said of it. */
export const isLeftToShell = ({ value, line }: TkgVariable): boolean =>
  line !== null && /\$[\w{(]|`/.test(value);

const namePattern = /^(?:TKG_|ADDITIONAL_IMAGE_REGISTRY_|TANZU_CLI_)[A-Z0-9_]{1,100}$/;
const assignment = /^([A-Z][A-Z0-9_]*)=([^]*)$/;

/**
 * The variables of Tanzu Kubernetes Grid in a text: `export NAME=…`, `NAME=…`, `tanzu config set env.NAME …`, or the flat
 * YAML of a cluster's configuration file; other names are passed over, and of a name that is there twice the last counts.
 *
 * @param documents what `readDocuments` makes of the text, where that is known already
 */
export function readTkgVariables(
  text: string,
  documents: readonly YamlValue[] = readDocuments(text).documents,
): readonly TkgVariable[] {
  const found = [...listFromCommands(text), ...documents.map(asMap).flatMap(listFromMap)];
  const known = found.filter(({ name }) => namePattern.test(name));
  return [...new Map(known.map((each) => [each.name, each])).values()];
}

function listFromCommands(text: string): TkgVariable[] {
  return splitCommands(text).flatMap(({ words, line }) => {
    const [first, second, third, setting = "", value] = words;
    if (first === "tanzu" && second === "config" && third === "set") {
      const name = /^env\.(.+)$/.exec(setting)?.[1];
      return name === undefined || value === undefined ? [] : [{ name, value, line }];
    }
    const assigned = first === "export" ? words.slice(1) : words;
    return assigned.flatMap((word) => {
      const [, name, written] = assignment.exec(word) ?? [];
      return name === undefined || written === undefined ? [] : [{ name, value: written, line }];
    });
  });
}

function listFromMap(map: YamlMap | null): TkgVariable[] {
  if (map === null || "kind" in map) return [];
  return Object.entries(map).flatMap(([name, value]) =>
    typeof value === "object" ? [] : [{ name, value: String(value), line: null }],
  );
}
