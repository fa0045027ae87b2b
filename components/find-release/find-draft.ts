import type { FindReleaseInput, infrastructures } from "#lib/schemas/discoveries.ts";
import { defaultSources } from "#lib/schemas/releases.ts";
import type { ErrorView, FieldError } from "#lib/errors.ts";

/** Kinds of releases that the panel can find by itself. */
export const foundKinds = ["getting_started_airgapped", "tkg", "tanzu_plugins"] as const;
export type FoundKind = (typeof foundKinds)[number];

type Infrastructure = (typeof infrastructures)[number];

/** The form that asks for a release, as it is filled in: lists are texts of lines, which can be typed as well as chosen. */
export interface FindDraft {
  kind: FoundKind;
  /** `host[:port][/path]` of what stands in for the vendor's registry; empty for that itself. */
  standIn: string;
  source: string;
  /** The tag of the image with the list is typed. */
  isOtherTag: boolean;
  tag: string;
  tkgVersion: string;
  kubernetesReleases: string;
  infrastructures: readonly Infrastructure[];
  groups: string;
  plugins: string;
  machines: readonly string[];
  /** Null: as proposed. */
  name: string | null;
  version: string | null;
}

/** Machines that the Tanzu CLI is published for. */
export const usualMachines = ["linux/amd64", "darwin/amd64", "darwin/arm64", "windows/amd64"] as const;

export function blankDraft(tag: string): FindDraft {
  return {
    kind: "getting_started_airgapped",
    standIn: "",
    source: defaultSources.getting_started_airgapped,
    isOtherTag: tag === "",
    tag,
    tkgVersion: "",
    kubernetesReleases: "",
    infrastructures: ["vsphere-nonparavirt"],
    groups: "",
    plugins: "",
    machines: [],
    name: null,
    version: null,
  };
}

/** The lines of a text that say something. */
export function listLines(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** Where a kind of release stands at a registry that stands in for the vendor's, which has the vendor's paths. */
export function sourceAt(kind: FoundKind, standIn: string): string {
  const vendor = defaultSources[kind];
  return standIn === "" ? vendor : `${standIn}${vendor.slice(vendor.indexOf("/"))}`;
}

/** What a release is called unless a person calls it otherwise. */
export function proposeTitle(draft: FindDraft, today: string): { name: string; version: string } {
  switch (draft.kind) {
    case "getting_started_airgapped":
      return { name: "getting-started-airgapped", version: draft.tag.trim() };
    case "tkg":
      return { name: "Tanzu Kubernetes Grid", version: draft.tkgVersion.trim() };
    case "tanzu_plugins": {
      const [group, ...others] = listLines(draft.groups);
      const isOne = group !== undefined && others.length === 0 && listLines(draft.plugins).length === 0;
      const [name = "", version] = isOne ? group.split(":") : [];
      // Of several there is no version in common.
      return version ? { name, version } : { name: "Tanzu CLI plug-ins", version: today };
    }
  }
}

/** What is sent of a draft. */
export function formatInput(draft: FindDraft, today: string): FindReleaseInput {
  const proposed = proposeTitle(draft, today);
  return {
    name: draft.name ?? proposed.name,
    version: draft.version ?? proposed.version,
    source: draft.source,
    request: formatRequest(draft),
  };
}

function formatRequest(draft: FindDraft): FindReleaseInput["request"] {
  switch (draft.kind) {
    case "getting_started_airgapped":
      return { kind: draft.kind, tag: draft.tag };
    case "tkg":
      return {
        kind: draft.kind,
        version: draft.tkgVersion,
        kubernetesReleases: listLines(draft.kubernetesReleases),
        infrastructures: [...draft.infrastructures],
      };
    case "tanzu_plugins":
      return {
        kind: draft.kind,
        groups: listLines(draft.groups),
        plugins: listLines(draft.plugins),
        machines: [...draft.machines],
      };
  }
}

/** What is wrong with an input, by the fields of the draft. */
export function toDraftError(error: ErrorView): ErrorView {
  if (error.code !== "invalid-input") return error;
  const fields = Object.entries(error.facts.fields as Record<string, FieldError>).map(
    ([path, problem]): [string, FieldError] => [draftField(path), problem],
  );
  return { code: error.code, facts: { fields: Object.fromEntries(fields) } };
}

function draftField(path: string): string {
  const [first = "", second = ""] = path.split(".");
  if (first !== "request") return first;
  return second === "version" ? "tkgVersion" : second;
}
