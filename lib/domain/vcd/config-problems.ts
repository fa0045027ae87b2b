import { z } from "zod";
import { type ConfigChange, type ConfigDocument, readField } from "./config-document.ts";
import { configDefaults, type ConfigField, configFieldNames, placeOf } from "./config-fields.ts";
import { type FieldProblem, isWarning } from "./field-problem.ts";
import { findFieldProblems } from "./field-rules.ts";
import { findHiddenSecrets } from "./hidden-secrets.ts";
import { findNode, formatJsonPath, type JsonPath, toJsonValue } from "./json-tree.ts";

export interface ConfigProblem extends FieldProblem {
  /** Null for what the panel has no field for. */
  readonly field: ConfigField | null;
  /** From the entity on: `profiles[0].K8Config.cpi.version`. */
  readonly path: string;
}

const text = z.string();
const named = z.looseObject({ name: text, version: text });
const provider = z.looseObject({ name: text.optional(), version: text.optional() });
/** The schema looks at the first item of these lists only. */
const firstOf = <Item extends z.ZodType>(item: Item) => z.tuple([item.optional()], z.unknown());

// vcdkeconfig-type-schema-v1.1.0.json: types and what is required; ranges are rules of the fields.
const profile = z.looseObject({
  name: text,
  active: z.boolean(),
  vcdKeInstances: firstOf(
    z.looseObject({ name: text.optional(), version: text.optional(), vcdKeInstanceId: text.optional() }),
  ).optional(),
  serverConfig: z
    .looseObject({
      rdePollIntervalInMin: z.number().optional(),
      heartbeatWatcherTimeoutInMin: z.number().optional(),
      staleHeartbeatIntervalInMin: z.number().optional(),
    })
    .optional(),
  vcdConfig: z.looseObject({ sysLogger: z.looseObject({ host: text, port: text }).optional() }).optional(),
  githubConfig: z.looseObject({ githubPersonalAccessToken: text.optional() }).optional(),
  bootstrapClusterConfig: z
    .looseObject({
      sizingPolicy: text.optional(),
      dockerVersion: text.optional(),
      kindVersion: text.optional(),
      kindestNodeVersion: text.optional(),
      kubectlVersion: text.optional(),
      clusterctl: z.looseObject({ version: text.optional(), clusterctlyaml: text.optional() }).optional(),
      capiEcosystem: z
        .looseObject({
          coreCapiVersion: text.optional(),
          controlPlaneProvider: provider.optional(),
          bootstrapProvider: provider.optional(),
          infraProvider: provider
            .extend({
              capvcdRde: z
                .looseObject({ vendor: text.optional(), nss: text.optional(), version: text.optional() })
                .optional(),
            })
            .optional(),
          certManagerVersion: text.optional(),
        })
        .optional(),
      proxyConfig: z
        .looseObject({ httpProxy: text.optional(), httpsProxy: text.optional(), noProxy: text.optional() })
        .optional(),
      certificateAuthorities: z.array(text).optional(),
    })
    .optional(),
  K8Config: z
    .looseObject({
      csi: firstOf(named),
      cpi: named,
      cni: named,
      rdeProjectorVersion: text.optional(),
      mhc: z
        .looseObject({
          maxUnhealthyNodes: z.number(),
          nodeStartupTimeout: text,
          nodeNotReadyTimeout: text,
          nodeUnknownTimeout: text,
        })
        .optional(),
      certificateAuthorities: z.array(text).optional(),
    })
    .optional(),
  containerRegistryUrl: text.optional(),
});

const maxShownLength = 200;
const profilePath: JsonPath = ["profiles", 0];
/** Where a field stands, from the entity on: `profiles[0].K8Config.cpi.version`. */
export const entityPathOf = (field: ConfigField): string =>
  formatJsonPath([...profilePath, ...placeOf(field).path]);

/**
 * What is wrong with a configuration: what Cloud Director would refuse by the schema of the entity type, what clusters
 * could not be made with, and warnings; none when all is well. Each names its field.
 *
 * The rules for versions of components are those of entity type 1.1.0: CSE 4.0 has others.
 */
export function findConfigProblems(document: ConfigDocument): ConfigProblem[] {
  const isFirstType = document.typeVersion === "1.0.0";
  const values = Object.fromEntries(
    configFieldNames.flatMap((field) => {
      const value = readField(document, field);
      return value === null || (isFirstType && field.endsWith("Version")) ? [] : [[field, value]];
    }),
  ) as ConfigChange;
  const isUrlMissing =
    !isFirstType &&
    findNode(document.root, [...document.entityPath, ...profilePath, "containerRegistryUrl"]) === null;
  return [
    ...findProfileProblems(document),
    ...findSchemaProblems(document),
    ...(isUrlMissing ? [describe("containerRegistryUrl", { code: "required" })] : []),
    ...findFormatProblems(document),
    ...findValueProblems(values),
    ...findHiddenProblems(document),
  ];
}

/** Proxies have a rule of their own. */
function findHiddenProblems(document: ConfigDocument): ConfigProblem[] {
  const ruled = new Set((["httpProxy", "httpsProxy"] as const).map(entityPathOf));
  return findHiddenSecrets(document)
    .filter((path) => !ruled.has(path))
    .map((path) => ({ field: null, path, code: "secret-hidden" }));
}

/** Texts that should be seconds, and are neither `900` nor `900s`. */
function findFormatProblems(document: ConfigDocument): ConfigProblem[] {
  const { root, entityPath } = document;
  return configFieldNames.flatMap((field) => {
    const { kind, path } = placeOf(field);
    const node = kind === "seconds" ? findNode(root, [...entityPath, ...profilePath, ...path]) : null;
    const isText = node?.kind === "scalar" && typeof node.value === "string";
    if (!isText || readField(document, field) !== null) return [];
    return [describe(field, { code: "seconds-format", value: String(node.value).slice(0, maxShownLength) })];
  });
}

/**
 * What is wrong with values of fields, each by itself and together with the others: of a form, or of a change. Fields that
 * are not given are not missed.
 */
export function findValueProblems(values: ConfigChange): ConfigProblem[] {
  const own = configFieldNames.flatMap((field) => {
    const value = values[field];
    return value === undefined
      ? []
      : findFieldProblems(field, value).map((problem) => describe(field, problem));
  });
  return [...own, ...findJointProblems(values)];
}

/** What cannot be saved in a document of this version, beside what `findValueProblems` finds. */
export function findLaterFields(document: ConfigDocument, change: ConfigChange): ConfigProblem[] {
  if (document.typeVersion !== "1.0.0") return [];
  return configFieldNames
    .filter((field) => change[field] !== undefined && placeOf(field).since !== undefined)
    .map((field) => describe(field, { code: "later-type", expected: placeOf(field).since ?? "" }));
}

/** Whether a configuration can be saved. */
export function hasErrors(problems: readonly FieldProblem[]): boolean {
  return problems.some(({ code }) => !isWarning(code));
}

function findJointProblems(values: ConfigChange): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const { syslogHost, syslogPort, heartbeatTimeoutMinutes, staleHeartbeatMinutes, noProxy } = values;
  if (syslogHost && syslogPort === "") problems.push(describe("syslogPort", { code: "required" }));
  if (syslogPort && syslogHost === "") problems.push(describe("syslogHost", { code: "required" }));
  if (
    staleHeartbeatMinutes !== undefined &&
    heartbeatTimeoutMinutes !== undefined &&
    staleHeartbeatMinutes <= heartbeatTimeoutMinutes
  ) {
    const minimum = heartbeatTimeoutMinutes + 1;
    problems.push(describe("staleHeartbeatMinutes", { code: "not-longer", minimum }));
  }
  if (noProxy !== undefined && (values.httpProxy || values.httpsProxy)) {
    const entries = noProxy.split(",").map((entry) => entry.trim());
    const missing = configDefaults.noProxy.split(",").filter((entry) => !entries.includes(entry));
    const proposal = [...entries.filter((entry) => entry !== ""), ...missing].join(",");
    if (missing.length > 0) {
      problems.push(describe("noProxy", { code: "default-missing", expected: missing.join(", "), proposal }));
    }
  }
  return problems;
}

function describe(field: ConfigField, problem: FieldProblem): ConfigProblem {
  return { field, path: entityPathOf(field), ...problem };
}

/** govcd/cse_util.go of https://github.com/vmware/go-vcloud-director makes no cluster unless there is one profile. */
function findProfileProblems({ root, entityPath }: ConfigDocument): ConfigProblem[] {
  const profiles = findNode(root, [...entityPath, "profiles"]);
  const count = profiles?.kind === "array" ? profiles.items.length : 0;
  const active = findNode(root, [...entityPath, ...profilePath, "active"]);
  const isInactive = active?.kind === "scalar" && active.value === false;
  return [
    ...(count > 1
      ? [{ field: null, path: "profiles", code: "several-profiles" as const, value: String(count) }]
      : []),
    ...(isInactive ? [{ field: null, path: "profiles[0].active", code: "profile-inactive" as const }] : []),
  ];
}

function findSchemaProblems({ root, entityPath }: ConfigDocument): ConfigProblem[] {
  const found = findNode(root, [...entityPath, ...profilePath]);
  const { error } = profile.safeParse(found && toJsonValue(found));
  return (error?.issues ?? []).map((issue) => {
    const steps = issue.path.filter((step) => typeof step !== "symbol");
    const path = formatJsonPath([...profilePath, ...steps]);
    const node = found && findNode(found, steps);
    const field = findFieldAt(path);
    const expected = issue.code === "invalid_type" ? issue.expected : "object";
    // An entry of a list.
    const index = field !== null && path !== entityPathOf(field) ? steps.at(-1) : undefined;
    const place = { field, path, ...(typeof index === "number" && { index }) };
    if (node === null) return { ...place, code: "required" as const };
    return { ...place, code: "wrong-type" as const, expected };
  });
}

/** The field that stands at a path, or around it; else the first one below it. */
function findFieldAt(path: string): ConfigField | null {
  const contains = (outer: string, inner: string) =>
    inner === outer || /^[.[]/.test(inner.replace(outer, ""));
  return (
    configFieldNames.find(
      (field) => path.startsWith(entityPathOf(field)) && contains(entityPathOf(field), path),
    ) ??
    configFieldNames.find(
      (field) => entityPathOf(field).startsWith(path) && contains(path, entityPathOf(field)),
    ) ??
    null
  );
}
