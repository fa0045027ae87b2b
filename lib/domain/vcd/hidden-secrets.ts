import { type ConfigDocument, parseConfigDocument, readField } from "./config-document.ts";
import { placeOf } from "./config-fields.ts";
import { fillHiddenYaml, hasHiddenYaml } from "./embedded-yaml.ts";
import { hideSecrets, isYamlPath } from "./hide-secrets.ts";
import { findNode, formatJsonPath, type JsonNode, type JsonPath } from "./json-tree.ts";
import { hiddenSecret, isHiddenText, isSecretPath } from "./secret-values.ts";

const tokenPath = formatJsonPath(["profiles", 0, ...placeOf("githubToken").path]);

export interface HiddenConfig {
  readonly document: ConfigDocument;
  /** What is not in it any more, from the entity on, in its order: `profiles[0].githubConfig.githubPersonalAccessToken`. */
  readonly paths: readonly string[];
}

/**
 * A document that can be given away. The GitHub token is empty in it, as it is where there is none, so that Cloud Director
 * takes the document as it is; any other secret is `***`: an empty password would not be missed. All else, and the places
 * of what is hidden, stay as they are.
 */
export function hideConfigSecrets(document: ConfigDocument): HiddenConfig {
  const hidden = [...listLeaves(entityOf(document), [])].flatMap(({ path, leaf }) => {
    const shown = hideValue(path, leaf.value);
    return shown === leaf.value ? [] : [{ path, leaf, json: JSON.stringify(shown) }];
  });
  return {
    document: replaceLeaves(document, hidden),
    paths: hidden.map(({ path }) => formatJsonPath(path)),
  };
}

/**
 * Puts back what `hideConfigSecrets` has taken away, wherever the document that holds has at the same place what would be
 * hidden so. The token is another matter: to have none is a choice.
 */
export function fillHiddenSecrets(document: ConfigDocument, holding: ConfigDocument): ConfigDocument {
  const filled = [...listLeaves(entityOf(document), [])].flatMap(({ path, leaf }) => {
    const known = findNode(entityOf(holding), path);
    if (known?.kind !== "scalar" || known.value === leaf.value) return [];
    if (holdsYaml(path, leaf.value) && typeof known.value === "string") {
      const whole = fillHiddenYaml(leaf.value, known.value);
      return whole === leaf.value ? [] : [{ leaf, json: JSON.stringify(whole) }];
    }
    if (!isHiddenText(leaf.value)) return [];
    if (hideValue(path, known.value) !== leaf.value) return [];
    return [{ leaf, json: holding.text.slice(known.start, known.end) }];
  });
  return replaceLeaves(document, filled);
}

/** Where `***` stands instead of a secret, from the entity on, in the order of the document. */
export function findHiddenSecrets(document: ConfigDocument): string[] {
  return [...listLeaves(entityOf(document), [])].flatMap(({ path, leaf: { value } }) => {
    const isHidden = holdsYaml(path, value)
      ? hasHiddenYaml(value)
      : isHiddenText(value) && hideValue(path, value) === value;
    return isHidden ? [formatJsonPath(path)] : [];
  });
}

/** Whether a document has a GitHub token. */
export const hasToken = (document: ConfigDocument): boolean =>
  (readField(document, "githubToken") ?? "") !== "";

type Leaf = Extract<JsonNode, { kind: "scalar" }>;

const entityOf = ({ root, entityPath }: ConfigDocument): JsonNode => findNode(root, entityPath) ?? root;

/** In the order of the text, with their paths from the node on. */
function* listLeaves(node: JsonNode, path: JsonPath): Generator<{ path: JsonPath; leaf: Leaf }> {
  if (node.kind === "scalar") yield { path, leaf: node };
  else if (node.kind === "array") {
    for (const [index, item] of node.items.entries()) yield* listLeaves(item, [...path, index]);
  } else {
    for (const { key, value } of node.members) yield* listLeaves(value, [...path, key]);
  }
}

const holdsYaml = (path: JsonPath, value: Leaf["value"]): value is string =>
  typeof value === "string" && isYamlPath(path) && !isSecretPath(path);

function hideValue(path: JsonPath, value: Leaf["value"]): Leaf["value"] {
  const isEmpty = value === "" || value === null || typeof value === "boolean";
  if (isEmpty) return value;
  if (!isSecretPath(path)) return hideSecrets(value, path) as Leaf["value"];
  return formatJsonPath(path) === tokenPath ? "" : hiddenSecret;
}

/** @param replaced in the order of the text */
function replaceLeaves(
  document: ConfigDocument,
  replaced: readonly { leaf: Leaf; json: string }[],
): ConfigDocument {
  if (replaced.length === 0) return document;
  let text = "";
  let at = 0;
  for (const { leaf, json } of replaced) {
    text += document.text.slice(at, leaf.start) + json;
    at = leaf.end;
  }
  return {
    ...parseConfigDocument(text + document.text.slice(at)),
    typeVersion: document.typeVersion,
  };
}
