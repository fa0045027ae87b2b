import { type ErrorView, type FieldError, inputErrorCodes } from "#lib/errors.ts";
import {
  type CseVersion,
  cseComponents,
  type CseVersionTable,
  saveCseVersionsInput,
} from "#lib/schemas/cse-versions.ts";

/** A version as it stands in the form: an empty text where nothing is known. */
export interface VersionForm {
  /** Tells rows apart while versions are typed. */
  id: string;
  version: string;
  gettingStartedTag: string;
  components: Record<keyof CseVersion["components"], string>;
}

export function toForms(versions: CseVersionTable["versions"]): VersionForm[] {
  return versions.map((row) => ({
    id: row.version,
    version: row.version,
    gettingStartedTag: row.gettingStartedTag ?? "",
    components: mapComponents((name) => row.components[name] ?? ""),
  }));
}

/** A row that is still to be filled in. */
export function blankForm(rows: readonly VersionForm[]): VersionForm {
  const taken = new Set(rows.map(({ id }) => id));
  let number = rows.length + 1;
  while (taken.has(`new-${number}`)) number++;
  return { id: `new-${number}`, version: "", gettingStartedTag: "", components: mapComponents(() => "") };
}

/** What is sent of the form. */
export function formatVersions(rows: readonly VersionForm[]) {
  return rows.map(({ version, gettingStartedTag, components }) => ({
    version,
    gettingStartedTag,
    components: { ...components },
  }));
}

/** What is wrong with the table as it stands, by `versions.ROW.FIELD`, as the server would say it; null when nothing is. */
export function checkVersions(rows: readonly VersionForm[]): ErrorView | null {
  const { error } = saveCseVersionsInput.safeParse({ versions: formatVersions(rows) });
  if (!error) return null;
  const fields: Record<string, FieldError> = {};
  for (const { path, message } of error.issues) {
    const code = inputErrorCodes.find((one) => one === message) ?? "invalid";
    fields[path.join(".")] ??= { code, facts: {} };
  }
  return { code: "invalid-input", facts: { fields } };
}

/** Whether a row is as the panel came with it. */
export function originOf(row: VersionForm, defaults: readonly CseVersion[]): "default" | "changed" | "own" {
  const [standard] = toForms(defaults.filter(({ version }) => version === row.version.trim()));
  if (standard === undefined) return "own";
  const isSame =
    standard.gettingStartedTag === row.gettingStartedTag.trim() &&
    cseComponents.every((name) => standard.components[name] === row.components[name].trim());
  return isSame ? "default" : "changed";
}

function mapComponents(textOf: (name: (typeof cseComponents)[number]) => string): VersionForm["components"] {
  return {
    capvcd: textOf("capvcd"),
    cloudProvider: textOf("cloudProvider"),
    csiDriver: textOf("csiDriver"),
    rdeProjector: textOf("rdeProjector"),
    clusterType: textOf("clusterType"),
  };
}
