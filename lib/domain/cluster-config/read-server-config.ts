import {
  type ConfigDocument,
  ConfigDocumentError,
  parseConfigDocument,
} from "#lib/domain/vcd/config-document.ts";
import { findNode } from "#lib/domain/vcd/json-tree.ts";

/** A VCDKEConfig, as much of it as was pasted. */
export interface ServerConfig {
  readonly document: ConfigDocument;
  /** Otherwise it is a part, or a merge patch: of what is not in it nothing is known. */
  readonly isWhole: boolean;
}

export type ServerConfigReading =
  | { readonly ok: true; readonly config: ServerConfig }
  /** It looks like one, and is no JSON. */
  | { readonly ok: false; readonly line: number };

/** Keys of a profile that nothing else has. */
const ownKey = /"(?:containerRegistryUrl|K8Config|bootstrapClusterConfig)"\s{0,20}:/;

/**
 * Reads a VCDKEConfig in any of the forms that people have: the entity, what Cloud Director wraps it in, a merge patch, or a
 * profile or a part of one alone. Null for anything else. Never throws.
 */
export function readServerConfig(text: string): ServerConfigReading | null {
  const json = text.replace(/^\uFEFF/, "").trim();
  if (!json.startsWith("{") || !ownKey.test(json)) return null;
  const found = tryToParse(json);
  if (found instanceof ConfigDocumentError) {
    if (found.code === "not-json")
      return { ok: false, line: countLinesBefore(text, json) + (found.facts.line ?? 1) };
    if (found.code !== "profile-missing") return null;
    const wrapped = tryToParse(`{"profiles":[${json}]}`);
    if (wrapped instanceof ConfigDocumentError) return null;
    return { ok: true, config: { document: wrapped, isWhole: false } };
  }
  const { root, entityPath } = found;
  // The schema wants both, and a patch has no need of them.
  const isWhole = ["name", "active"].some(
    (key) => findNode(root, [...entityPath, "profiles", 0, key]) !== null,
  );
  return { ok: true, config: { document: found, isWhole } };
}

function tryToParse(json: string): ConfigDocument | ConfigDocumentError {
  try {
    return parseConfigDocument(json);
  } catch (error) {
    if (error instanceof ConfigDocumentError) return error;
    throw error;
  }
}

const countLinesBefore = (text: string, json: string): number =>
  text.slice(0, text.indexOf(json.slice(0, 1))).split("\n").length - 1;
