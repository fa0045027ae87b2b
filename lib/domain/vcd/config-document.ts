import {
  type ConfigField,
  configFieldNames,
  type ConfigValue,
  type ConfigValues,
  formatSeconds,
  frameOf,
  parseSeconds,
  placeOf,
} from "./config-fields.ts";
import { JsonEditError, setInJson } from "./json-edit.ts";
import {
  findNode,
  formatJsonPath,
  type JsonNode,
  type JsonPath,
  JsonTreeError,
  type JsonValue,
  readJsonTree,
} from "./json-tree.ts";

/**
 * A `vmware:VCDKEConfig`: what Container Service Extension runs by. It is the text it was read from, with all fields
 * that nobody here knows, in their order; editing replaces the values that are meant and nothing else.
 */
export interface ConfigDocument {
  /** As it is written back: of an unchanged document exactly the one it was read from. */
  readonly text: string;
  readonly root: JsonNode;
  /** Where the entity stands in it: at the root, or in what Cloud Director wraps it in. */
  readonly entityPath: JsonPath;
  /** Of the entity type: `1.0.0` for Container Service Extension 4.0, `1.1.0` for 4.1 and 4.2. */
  readonly typeVersion: string;
}

/**
 * Why a text is no document that can be edited. `too-large`, `not-json`, `too-complex`, `key-twice`: as JSON.
 * `other-type`: an entity of another type. `profile-missing`: it has no `profiles[0]`, so it is something else.
 * `path-blocked`: by an edit only, something else stands where an object belongs.
 */
export const documentErrorCodes = [
  "too-large",
  "not-json",
  "too-complex",
  "key-twice",
  "other-type",
  "profile-missing",
  "path-blocked",
] as const;

type DocumentErrorCode = (typeof documentErrorCodes)[number];

interface DocumentFacts {
  /** From 1, in characters. */
  readonly line?: number;
  readonly column?: number;
  /** In characters. */
  readonly limit?: number;
  readonly path?: string;
  /** The type that was found. */
  readonly value?: string;
}

export class ConfigDocumentError extends Error {
  override readonly name = "ConfigDocumentError";
  readonly code: DocumentErrorCode;
  readonly facts: DocumentFacts;

  constructor(code: DocumentErrorCode, facts: DocumentFacts, cause?: unknown) {
    super(code, cause === undefined ? undefined : { cause });
    this.code = code;
    this.facts = facts;
  }
}

/** A configuration with a hundred certificates takes half of it. */
const maxLength = 1024 * 1024;
const maxShownLength = 200;
const byteOrderMark = "\uFEFF";
const typePattern = /^urn:vcloud:type:vmware:VCDKEConfig:(?<version>\d{1,5}\.\d{1,5}\.\d{1,5})$/;
const profilePath: JsonPath = ["profiles", 0];

/**
 * Reads a VCDKEConfig of any version: the entity alone, or as Cloud Director returns it, as the member `entity` of a
 * defined entity.
 *
 * @throws ConfigDocumentError
 */
export function parseConfigDocument(text: string): ConfigDocument {
  if (text.length > maxLength) throw new ConfigDocumentError("too-large", { limit: maxLength });
  const root = readRoot(text);
  const entityPath = findNode(root, ["profiles"]) === null && findNode(root, ["entity"]) ? ["entity"] : [];
  const profile = findNode(root, [...entityPath, ...profilePath]);
  const named = entityPath.length === 0 ? null : findNode(root, ["entityType"]);
  const type = named?.kind === "scalar" && typeof named.value === "string" ? named.value : null;
  const version = type === null ? null : typePattern.exec(type)?.groups?.version;
  if (version === undefined) {
    throw new ConfigDocumentError("other-type", { value: type?.slice(0, maxShownLength) ?? "" });
  }
  if (profile?.kind !== "object") {
    throw new ConfigDocumentError("profile-missing", {
      path: formatJsonPath([...entityPath, ...profilePath]),
    });
  }
  return { text, root, entityPath, typeVersion: version ?? guessTypeVersion(profile) };
}

function readRoot(text: string): JsonNode {
  try {
    return readJsonTree(text, text.startsWith(byteOrderMark) ? 1 : 0);
  } catch (error) {
    if (!(error instanceof JsonTreeError)) throw error;
    const before = text.slice(0, error.offset).split("\n");
    const place = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
    throw new ConfigDocumentError(error.code, place, error);
  }
}

/** The entity alone does not say which version it is of; whoever sees a field that came later knows. */
function guessTypeVersion(profile: JsonNode): string {
  const later = configFieldNames.map(placeOf).find(({ path, since }) => since && findNode(profile, path));
  return later?.since ?? "1.0.0";
}

/** From the root of the document on. */
export const pathOfField = (document: ConfigDocument, field: ConfigField): JsonPath => [
  ...document.entityPath,
  ...profilePath,
  ...placeOf(field).path,
];

/** What the fields hold; null where the document has none, or something else than belongs there. */
export type ConfigView = {
  readonly [Field in Exclude<ConfigField, "githubToken">]: ConfigValues[Field] | null;
} & {
  /** The token itself is not read out. */
  readonly hasGithubToken: boolean;
};

/** Reads all fields that the panel knows. */
export function viewConfig(document: ConfigDocument): ConfigView {
  const { githubToken, ...values } = Object.fromEntries(
    configFieldNames.map((field) => [field, readField(document, field)]),
  );
  return { ...values, hasGithubToken: (githubToken ?? "") !== "" } as ConfigView;
}

/** Null where there is nothing, or something else than belongs there. */
export function readField<Field extends ConfigField>(
  document: ConfigDocument,
  field: Field,
): ConfigValues[Field] | null {
  const node = findNode(document.root, pathOfField(document, field));
  return node && (readValue(field, node) as ConfigValues[Field] | null);
}

function readValue(field: ConfigField, node: JsonNode): ConfigValue | null {
  const { kind } = placeOf(field);
  if (node.kind === "array" && kind === "texts") {
    const texts = node.items.map((item) => (item.kind === "scalar" ? item.value : null));
    return texts.every((text) => typeof text === "string") ? texts : null;
  }
  if (node.kind !== "scalar") return null;
  const { value } = node;
  if (kind === "number") return typeof value === "number" ? value : null;
  if (kind === "seconds") {
    // The schema wants a text; a bare number says no less.
    if (typeof value === "number") return Number.isSafeInteger(value) && value >= 0 ? value : null;
    return typeof value === "string" ? parseSeconds(value) : null;
  }
  return kind !== "texts" && typeof value === "string" ? value : null;
}

/** New values of fields; those that are not named stay. */
export type ConfigChange = { readonly [Field in ConfigField]?: ConfigValues[Field] | undefined };

/**
 * Changes fields of a document and leaves all else as it is, down to blanks and the digits of numbers. A field that has
 * its value already is not written anew: `900` stays where 900 seconds are asked for. Where an object is missing, it
 * comes with what the schema requires of it.
 *
 * Nothing is checked here: see `findConfigProblems`.
 *
 * @throws ConfigDocumentError `path-blocked` where a text or a number stands in the way, `too-large`
 */
export function editConfig(document: ConfigDocument, change: ConfigChange): ConfigDocument {
  return configFieldNames.reduce((edited, field) => {
    const value = change[field];
    return value === undefined ? edited : setField(edited, field, value);
  }, document);
}

function setField(document: ConfigDocument, field: ConfigField, value: ConfigValue): ConfigDocument {
  const path = pathOfField(document, field);
  const node = findNode(document.root, path);
  const before = node && toText(node);
  const isKept = node !== null && isWellFormed(field, node) && isSame(readValue(field, node), value);
  if (isKept) return document;
  const written: JsonValue =
    placeOf(field).kind === "seconds" ? formatSeconds(value as number, before) : value;
  const prefix = path.length - placeOf(field).path.length;
  try {
    const text = setInJson(document.text, document.root, path, written, (at) => frameOf(at.slice(prefix)));
    // A field that a version does not know does not make it another one.
    return { ...parseConfigDocument(text), typeVersion: document.typeVersion };
  } catch (error) {
    if (!(error instanceof JsonEditError)) throw error;
    throw new ConfigDocumentError("path-blocked", { path: formatJsonPath(error.path) }, error);
  }
}

const toText = (node: JsonNode): string | null =>
  node.kind === "scalar" && typeof node.value === "string" ? node.value : null;

/** Whether a value that can be read is also what the schema wants there. */
const isWellFormed = (field: ConfigField, node: JsonNode): boolean =>
  placeOf(field).kind !== "seconds" || toText(node) !== null;

function isSame(one: ConfigValue | null, other: ConfigValue): boolean {
  if (typeof one !== "object" || typeof other !== "object") return one === other;
  return one !== null && one.length === other.length && one.every((text, at) => text === other[at]);
}
