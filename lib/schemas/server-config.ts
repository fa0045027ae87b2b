import { z } from "zod";
import type { RevisionOrigin } from "#lib/db/generated/enums.ts";
import {
  configDefaults,
  type ConfigField,
  configFieldNames,
  type ConfigValue,
  parseSeconds,
  placeOf,
} from "#lib/domain/vcd/config-fields.ts";
import type { ConfigChange } from "#lib/domain/vcd/config-document.ts";
import { changeToRelease, findReleases } from "#lib/domain/vcd/component-versions.ts";
import { type ConfigProblem, entityPathOf, findValueProblems } from "#lib/domain/vcd/config-problems.ts";
import { isWarning } from "#lib/domain/vcd/field-problem.ts";
import { sizingPolicies } from "#lib/domain/vcd/field-rules.ts";
import { confirmedProblems } from "./container-registry.ts";
import type { CseVersion } from "./cse-versions.ts";
import { listQuery } from "./list-query.ts";

export { changeToRelease, configDefaults, findReleases, findValueProblems, isWarning, sizingPolicies };
export type { ConfigField, ConfigProblem };

/** The two lists of certificates are no text; they have pages of their own. */
type ListField = "bootstrapCertificates" | "clusterCertificates";
/** What a form can hold in a text. */
export type TextField = Exclude<ConfigField, ListField>;
/** A container registry URL is changed where it can be tried. */
export type ServerField = Exclude<TextField, "containerRegistryUrl">;

const isTextField = (field: ConfigField): field is TextField => placeOf(field).kind !== "texts";
export const textFields: readonly TextField[] = configFieldNames.filter(isTextField);

/** The tabs of the page, with their fields. */
export const serverTabs = {
  proxy: ["httpProxy", "httpsProxy", "noProxy"],
  syslog: ["syslogHost", "syslogPort"],
  github: ["githubToken"],
  healthCheck: ["nodeStartupTimeout", "nodeNotReadyTimeout", "nodeUnknownTimeout", "maxUnhealthyNodes"],
  sizing: ["sizingPolicy"],
  versions: [
    ...(["capvcdVersion", "cpiVersion", "csiVersion", "rdeProjectorVersion", "clusterTypeVersion"] as const),
    ...(["coreCapiVersion", "controlPlaneProviderVersion", "bootstrapProviderVersion"] as const),
    ...(["clusterctlVersion", "certManagerVersion", "kindVersion", "kindestNodeVersion"] as const),
    ...(["cniVersion", "dockerVersion", "kubectlVersion"] as const),
  ],
  intervals: ["pollIntervalMinutes", "heartbeatTimeoutMinutes", "staleHeartbeatMinutes"],
} as const satisfies Readonly<Record<string, readonly ServerField[]>>;

export type ServerTab = keyof typeof serverTabs;
export const serverTabNames = Object.keys(serverTabs) as ServerTab[];

/** The page's address; a tab that is not there is the first. */
export const serverTabQuery = z.object({ tab: z.enum(serverTabNames).catch("proxy") });
/** With the revision that was just saved. */
export const serverPageQuery = serverTabQuery.extend({
  saved: z.coerce.number().int().nullable().catch(null),
});

/** What somebody has typed, by field. */
export type ConfigTexts = Readonly<Partial<Record<TextField, string>>>;

/** Makes values of texts. What is no number changes nothing, and is a problem. */
export function readConfigTexts(texts: ConfigTexts): { change: ConfigChange; problems: ConfigProblem[] } {
  const change: Partial<Record<TextField, ConfigValue>> = {};
  const problems: ConfigProblem[] = [];
  for (const field of textFields) {
    const text = texts[field]?.trim();
    if (text === undefined) continue;
    const { kind } = placeOf(field);
    const value = kind === "seconds" ? parseSeconds(text) : kind === "number" ? readNumber(text) : text;
    if (value !== null) change[field] = value;
    else if (text === "") problems.push(problemOf(field, "required"));
    else problems.push(problemOf(field, kind === "seconds" ? "seconds-format" : "not-whole"));
  }
  return { change: change as ConfigChange, problems };
}

const readNumber = (text: string): number | null =>
  /^[+-]?\d{1,15}(?:\.\d{1,15})?$/.test(text) ? Number(text) : null;

const problemOf = (field: TextField, code: ConfigProblem["code"]): ConfigProblem => ({
  field,
  path: entityPathOf(field),
  code,
});

const maxTextLength = 4096;

const fieldText = z.string().max(maxTextLength, "too-long");
const isServerField = (field: TextField): field is ServerField => field !== "containerRegistryUrl";
const revision = z.int().min(1).max(2_147_483_647);

/** What is to become of the configuration. */
const configDraft = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("edit"),
    changes: z.partialRecord(z.enum(textFields.filter(isServerField)), fieldText),
  }),
  z.object({
    kind: z.literal("import"),
    /** The reader of documents has a limit of its own, and says more. */
    text: z.string(),
    /** What is mended in it. */
    changes: z.partialRecord(z.enum(textFields), fieldText),
    /** Where the document has no GitHub token, the stored one stays. */
    keepsToken: z.boolean(),
    /** Fields that keep what they have now, whatever the document has. */
    kept: z.array(z.enum(configFieldNames)).max(configFieldNames.length),
  }),
  /** The template, with the components of a release. */
  z.object({ kind: z.literal("new"), version: z.string().max(40) }),
  z.object({ kind: z.literal("restore"), revision }),
]);
export type ConfigDraft = z.output<typeof configDraft>;

/** A change of the configuration, and the revision that it was made from; null while there was none. */
export const configInput = z.object({ seen: revision.nullable(), draft: configDraft });
export type ConfigInput = z.output<typeof configInput>;

/** What is known to keep clusters from pulling, where they would pull from another registry, is to be so. */
export const saveConfigInput = configInput.extend({ confirmed: confirmedProblems });
export type SaveConfigInput = z.output<typeof saveConfigInput>;

export const revisionParams = z.object({ revision: z.coerce.number().pipe(revision) });
export type RevisionParams = z.output<typeof revisionParams>;

export const configRevisionQuery = listQuery(["number"], "desc");
export type ConfigRevisionQuery = z.output<typeof configRevisionQuery>;

/** One value that is not the same, as it is shown: lines of text; null where there is none, or where it is secret. */
export interface DifferenceRow {
  /** From the entity on: `profiles[0].K8Config.cpi.version`. */
  path: string;
  /** Null for what the panel does not know. */
  field: ConfigField | null;
  kind: "added" | "removed" | "changed";
  before: string[] | null;
  after: string[] | null;
  isSecret: boolean;
}

/** What differs; bounded, so `count` may say more. */
export interface ShownDifference {
  rows: DifferenceRow[];
  count: number;
}

/** A field that two people have changed, to different values: null where it is not there, or secret. */
export interface ConfigConflict {
  field: ConfigField;
  before: string[] | null;
  mine: string[] | null;
  theirs: string[] | null;
  isSecret: boolean;
}

/** What somebody else has saved since. */
export interface OvertakingConfig {
  number: number;
  savedBy: string;
  savedAt: string;
  /** What has changed since the revision that was seen. */
  theirs: ShownDifference;
  conflicts: ConfigConflict[];
  /** Fields that only they have changed. */
  theirsAlone: ConfigField[];
}

export interface ConfigPreview {
  /** The revision that holds; null while there is none. */
  number: number | null;
  /** From what holds to what would. */
  difference: ShownDifference;
  /** Of what would hold. */
  problems: ConfigProblem[];
  /** What clusters would pull from, where that is another registry than now. */
  movesTo: string | null;
  /** What would hold, without secrets. */
  values: Record<TextField, string>;
  /** An imported document has no GitHub token, and one is stored. */
  lacksToken: boolean;
  /** Null when nobody has saved since. */
  overtaking: OvertakingConfig | null;
}

export interface SavedConfig {
  /** The revision that holds now. */
  number: number;
  /** False when all was so already: then there is no new revision. */
  isChanged: boolean;
  /** What the shared destination has become; null: it stays. */
  destination: string | null;
  /** The name of a registry that was made for it. */
  madeRegistry: string | null;
  newCertificates: string[];
}

/** The configuration that holds, without secrets. */
export interface ServerConfig {
  number: number;
  /** Of the entity type: 1.0.0 for Container Service Extension 4.0. */
  typeVersion: string;
  savedAt: string;
  savedBy: string;
  values: Record<TextField, string>;
  hasToken: boolean;
  certificateCounts: { bootstrap: number; cluster: number };
  problems: ConfigProblem[];
  /** What this type does not have. */
  laterFields: ConfigField[];
}

export interface ServerConfigPage {
  /** Null while there is none. */
  config: ServerConfig | null;
  /** Versions of Container Service Extension, newest first. */
  releases: readonly CseVersion[];
}

export interface ConfigRevisionRow {
  number: number;
  savedAt: string;
  savedBy: string;
  origin: RevisionOrigin;
  restoredFrom: number | null;
  differenceCount: number;
}
