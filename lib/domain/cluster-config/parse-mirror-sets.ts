import type { z } from "zod";
import type { ConfigFinding, ConfigSeverity } from "./config-finding.ts";
import { listItems } from "./found-object.ts";
import {
  mirrorListFields,
  mirrorSetKinds,
  mirrorSourcePolicies,
  oldMirrorKinds,
  type MirrorEntry,
  type MirrorSet,
  type MirrorSetKind,
} from "./mirror-set.ts";
import { looseEntrySchema, mirrorSetSchemas } from "./mirror-set-schema.ts";
import { asList, asMap, asText, readDocuments, type YamlValue } from "./read-documents.ts";
import { shorten } from "./trust-finding.ts";

/** What can be wrong with the form of mirror sets, and how much that matters. */
export const mirrorSetRules = {
  /** Facts: `problem` ("not-yaml" or "too-large"), `line` where there is one */
  "yaml-unreadable": "error",
  /** A key of a map stands twice, which Kubernetes refuses; the later one is read. Facts: `line` */
  "key-twice": "error",
  /** No mirror set in it. */
  "mirror-sets-missing": "error",
  /** Facts: `limit` */
  "mirror-sets-too-many": "error",
  /** Facts: `kind`, `apiVersion` */
  "kind-foreign": "notice",
  /** The Windows Machine Config Operator does not read it, and OpenShift wants it replaced. Facts: `kind` */
  "policy-kind-old": "error",
  /** Facts: `field` */
  "field-missing": "error",
  /** Facts: `field`, `expected` */
  "field-type": "error",
  /** The API server drops it without a word. Facts: `field`; `expected` where it is the other kind's */
  "field-unknown": "error",
  /** Facts: `value` */
  "source-malformed": "error",
  /** Facts: `value` */
  "mirror-malformed": "error",
  /** Facts: `value` */
  "mirror-repeated": "error",
  /** Facts: `value`, `allowed` */
  "policy-unknown": "error",
  /** Facts: `value`, `expected` */
  "api-version-wrong": "error",
  /** Facts: `value` */
  "name-malformed": "error",
} as const satisfies Record<string, ConfigSeverity>;
type MirrorSetRule = keyof typeof mirrorSetRules;

export interface MirrorSetReading {
  /** Those of the right shape, even where the API server would refuse a text in them: more can be said of them. */
  readonly sets: readonly MirrorSet[];
  /** With an error in it, the cluster does not take the objects as they are. */
  readonly findings: readonly ConfigFinding<MirrorSetRule>[];
}

const maxSets = 500;
const maxEntries = 5_000;
const maxFindings = 500;
const oldKinds: ReadonlySet<string> = new Set(oldMirrorKinds);

const isKind = (kind: string): kind is MirrorSetKind => (mirrorSetKinds as readonly string[]).includes(kind);

/**
 * Reads `ImageDigestMirrorSet`s and `ImageTagMirrorSet`s (openshift/api, config/v1) from YAML or JSON of one or more
 * documents, also within a `List` as `oc get -o yaml` prints it. Other kinds are passed over, and told. Never throws.
 */
export function parseMirrorSets(text: string): MirrorSetReading {
  const sets: MirrorSet[] = [];
  const findings: ConfigFinding<MirrorSetRule>[] = [];
  const tell: Tell = (rule, object, facts = {}) => {
    if (findings.length < maxFindings) findings.push({ rule, severity: mirrorSetRules[rule], object, facts });
  };
  const yaml = readDocuments(text);
  for (const { code, line } of yaml.problems) {
    const at = line === null ? {} : { line };
    if (code === "key-twice") tell("key-twice", "input", at);
    else tell("yaml-unreadable", "input", { problem: code, ...at });
  }
  let entries = 0;
  for (const document of listItems(yaml.documents)) {
    const set = readSet(document, tell);
    if (set === null) continue;
    entries += set.entries.length;
    if (sets.length === maxSets || entries > maxEntries) {
      tell("mirror-sets-too-many", "input", { limit: sets.length === maxSets ? maxSets : maxEntries });
      break;
    }
    sets.push(set);
  }
  if (sets.length === 0 && findings.every(({ rule }) => rule === "kind-foreign")) {
    tell("mirror-sets-missing", "input");
  }
  return { sets, findings };
}

type Tell = (rule: MirrorSetRule, object: string, facts?: ConfigFinding["facts"]) => void;

function readSet(document: YamlValue, tell: Tell): MirrorSet | null {
  const map = asMap(document);
  const kind = asText(map?.kind) ?? "";
  const name = shorten(asText(asMap(map?.metadata)?.name) ?? "");
  const object = `${shorten(kind) || "?"}/${name || "?"}`;
  if (!isKind(kind)) {
    const isOld = oldKinds.has(kind);
    tell(isOld ? "policy-kind-old" : "kind-foreign", object, {
      kind: shorten(kind),
      ...(!isOld && { apiVersion: shorten(asText(map?.apiVersion) ?? "") }),
    });
    return null;
  }
  const field = mirrorListFields[kind];
  const checked = mirrorSetSchemas[kind].safeParse(document);
  for (const issue of checked.error?.issues ?? []) tellIssue(issue, { document, object, field, tell });
  const entries: MirrorEntry[] = [];
  for (const each of asList(asMap(map?.spec)?.[field])) {
    const parsed = looseEntrySchema.safeParse(each);
    // Without it those behind it would be named by the wrong index.
    if (!parsed.success) return null;
    entries.push(parsed.data);
  }
  return { kind, name: name || "?", entries };
}

interface IssuePlace {
  readonly document: YamlValue;
  readonly object: string;
  /** That has the entries of this kind. */
  readonly field: string;
  readonly tell: Tell;
}

/** Says what a schema found wrong in our own words. */
function tellIssue(issue: z.core.$ZodIssue, { document, object, field, tell }: IssuePlace): void {
  const path = issue.path.reduce<string>(
    (sum, each) =>
      typeof each === "number" ? `${sum}[${each}]` : sum === "" ? String(each) : `${sum}.${String(each)}`,
    "",
  );
  const at = `${object} ${path}`.trimEnd();
  const value = findAt(document, issue.path);
  const last = issue.path.at(-1);
  const shown = shorten(typeof value === "string" ? value : "");
  switch (issue.code) {
    case "unrecognized_keys":
      for (const key of issue.keys) {
        const isOther = path === "spec" && (Object.values(mirrorListFields) as string[]).includes(key);
        tell("field-unknown", at, { field: shorten(key), ...(isOther && { expected: field }) });
      }
      return;
    case "custom":
      return tell("mirror-repeated", at, { value: shown });
    case "invalid_value":
      if (last === "apiVersion") {
        return tell("api-version-wrong", at, { value: shown, expected: String(issue.values[0]) });
      }
      return tell("policy-unknown", at, { value: shown, allowed: mirrorSourcePolicies.join(", ") });
    case "too_big":
    case "too_small":
    case "invalid_format":
      if (last === "source") return tell("source-malformed", at, { value: shown });
      return tell(last === "name" ? "name-malformed" : "mirror-malformed", at, { value: shown });
    case "invalid_type":
      if (value === undefined || value === null) return tell("field-missing", at, { field: String(last) });
      return tell("field-type", at, { field: String(last), expected: issue.expected });
    default:
      return tell("field-type", at, { field: String(last), expected: "" });
  }
}

function findAt(document: YamlValue, path: readonly PropertyKey[]): YamlValue | undefined {
  return path.reduce<YamlValue | undefined>(
    (value, key) =>
      typeof value === "object" && value !== null
        ? (value as Readonly<Record<PropertyKey, YamlValue>>)[key]
        : undefined,
    document,
  );
}
