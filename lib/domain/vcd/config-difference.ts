import type { ConfigDocument } from "./config-document.ts";
import { type ConfigField, configFieldNames, placeOf } from "./config-fields.ts";
import { hideSecrets } from "./hide-secrets.ts";
import {
  findNode,
  formatJsonPath,
  type JsonNode,
  type JsonPath,
  type JsonValue,
  toJsonValue,
} from "./json-tree.ts";
import { isSecretPath } from "./secret-values.ts";

/** One value that is not the same in two configurations. */
export interface ConfigDifference {
  /** From the entity on: `profiles[0].K8Config.cpi.version`. */
  readonly path: string;
  /** Null for what the panel does not know. */
  readonly field: ConfigField | null;
  readonly kind: "added" | "removed" | "changed";
  /** Left out where there was none, and where it is secret. Passwords in addresses are replaced by `***`. */
  readonly before?: JsonValue;
  readonly after?: JsonValue;
  /** Whether what has changed is not shown. */
  readonly isSecret: boolean;
}

const fieldsByPath: ReadonlyMap<string, ConfigField> = new Map(
  configFieldNames.map((field) => [formatJsonPath(["profiles", 0, ...placeOf(field).path]), field]),
);

/**
 * What differs between two configurations, in the order of the document; the order of keys and the layout do not count.
 * Lists of texts are one value each, all other lists are compared item by item.
 */
export function compareConfigs(before: ConfigDocument, after: ConfigDocument): ConfigDifference[] {
  const [one, other] = [before, after].map(({ text, root, entityPath }) => {
    const node = findNode(root, entityPath);
    return node && { text, node };
  });
  return [...compare(one ?? null, other ?? null, [])];
}

interface Place {
  readonly text: string;
  readonly node: JsonNode;
}

function* compare(before: Place | null, after: Place | null, path: JsonPath): Generator<ConfigDifference> {
  const shapes = new Set([before, after].flatMap((place) => (place ? [shapeOf(place.node)] : [])));
  // An empty object and one that is not differ in what the other has.
  if (shapes.has("object")) shapes.delete("empty");
  if (shapes.size === 1 && (shapes.has("object") || shapes.has("list"))) {
    for (const step of new Set([...listSteps(before), ...listSteps(after)])) {
      yield* compare(stepInto(before, step), stepInto(after, step), [...path, step]);
    }
  } else if (!isEqual(before, after)) {
    yield describe(before, after, path);
  }
}

/** An empty list is a list of texts, unless it is compared with one of other things. */
function shapeOf(node: JsonNode): "object" | "empty" | "list" | "value" {
  if (node.kind === "object") return node.members.length > 0 ? "object" : "empty";
  return node.kind === "array" && node.items.some(({ kind }) => kind !== "scalar") ? "list" : "value";
}

function listSteps(place: Place | null): (string | number)[] {
  if (place?.node.kind === "object") return place.node.members.map(({ key }) => key);
  return place?.node.kind === "array" ? [...place.node.items.keys()] : [];
}

function stepInto(place: Place | null, step: string | number): Place | null {
  const node = place && findNode(place.node, [step]);
  return place && node && { text: place.text, node };
}

function isEqual(before: Place | null, after: Place | null): boolean {
  if (!before || !after) return before === after;
  return JSON.stringify(showValue(before)) === JSON.stringify(showValue(after));
}

function describe(before: Place | null, after: Place | null, path: JsonPath): ConfigDifference {
  const at = formatJsonPath(path);
  const field = fieldsByPath.get(at) ?? null;
  const kind = (has: { before: boolean; after: boolean }) =>
    has.before && has.after ? "changed" : has.after ? "added" : "removed";
  const presence = { before: before !== null, after: after !== null };
  if (isSecretPath(path)) {
    // A secret that is empty is none.
    const isSet = { before: isFilled(before), after: isFilled(after) };
    const told = isSet.before || isSet.after ? isSet : presence;
    return { path: at, field, kind: kind(told), isSecret: true };
  }
  const shown = {
    before: before && hideSecrets(showValue(before), path),
    after: after && hideSecrets(showValue(after), path),
  };
  return {
    path: at,
    field,
    kind: kind(presence),
    ...(before && { before: shown.before }),
    ...(after && { after: shown.after }),
    isSecret:
      presence.before && presence.after && JSON.stringify(shown.before) === JSON.stringify(shown.after),
  };
}

const isFilled = (place: Place | null): boolean =>
  place !== null && !["", null].includes(toJsonValue(place.node) as string);

/** The value; as its text where it is a number that JavaScript rounds. */
function showValue({ text, node }: Place): JsonValue {
  if (node.kind === "array") return node.items.map((item) => showValue({ text, node: item }));
  const value = toJsonValue(node);
  const isRounded = typeof value === "number" && Math.abs(value) > Number.MAX_SAFE_INTEGER;
  return isRounded ? text.slice(node.start, node.end) : value;
}
