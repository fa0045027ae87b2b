import { z } from "zod";
import type { ComponentKind, JobState, ReleaseKind } from "#lib/db/generated/enums.ts";
import type { ErrorView } from "#lib/errors.ts";
import { textLine } from "./checked-text.ts";
import type { ReleaseRequest } from "./discoveries.ts";
import { listQuery } from "./list-query.ts";
import type { PlacedTarget } from "./paths.ts";

export const releaseKinds = [
  "getting_started_airgapped",
  "tkg",
  "tanzu_plugins",
  "list",
] as const satisfies ReleaseKind[];

/** What the engine's reader of lists takes at most. */
export const listLimits = { limitBytes: 4 * 1024 * 1024, limitLines: 20_000 };

/** Where the lines of a list come from unless they say so themselves: `host[:port][/path]`. */
export const defaultSources: Readonly<Record<ReleaseKind, string>> = {
  tkg: "projects.registry.vmware.com/tkg",
  getting_started_airgapped: "projects.registry.vmware.com/vmware-cloud-director",
  tanzu_plugins: "projects.registry.vmware.com/tanzu_cli/plugins",
  list: "",
};

/** What goes with an uploaded list, as query parameters of the request that carries it. */
export const importReleaseQuery = z.object({
  kind: z.enum(releaseKinds),
  name: textLine(100, "name-format").min(1),
  version: textLine(60, "name-format").min(1),
  source: z.string().trim().max(255).default(""),
  /** The file's name, for messages about its lines. */
  file: textLine(255).min(1).catch("list"),
  /** Bad lines do not spoil the others; those of a dependencies.txt never do. */
  leaveOut: z.stringbool().default(false),
});
export type ImportReleaseInput = z.output<typeof importReleaseQuery> & { text: string };

/** What a list would be read as, before anything is stored. */
export const previewImportQuery = importReleaseQuery.pick({ kind: true, source: true, file: true });
export type PreviewImportInput = z.output<typeof previewImportQuery> & { text: string };

/** A line of a list, as it would be read. */
export interface PreviewedComponent {
  line: number;
  kind: ComponentKind;
  enabled: boolean;
  /** `host/repository:tag`, as the list names it. */
  original: string;
  /** Where it is read in fact; null: where it is named. */
  readFrom: string | null;
  targets: PlacedTarget[];
}

/** Lists are the first ones of their counts. */
export interface ImportPreview {
  componentCount: number;
  disabledCount: number;
  components: PreviewedComponent[];
  problemCount: number;
  problems: ErrorView[];
  /** Lines that name a tag beside their digest, which is not kept. */
  tagCount: number;
  tags: { line: number; tag: string }[];
}

export const releaseInput = z.object({ id: z.uuid() });
/** `/api/releases/[release]/...` */
export const releaseParams = z.object({ release: z.uuid() });

export const releaseListQuery = listQuery(["createdAt", "name", "kind", "components"], "desc").extend({
  kind: z.enum(releaseKinds).optional().catch(undefined),
});
export type ReleaseListQuery = z.output<typeof releaseListQuery>;

/** What a look at a component may have come to, besides that all is as before. */
export const componentFindings = ["unresolved", "moved"] as const;

export const componentListQuery = listQuery(["position", "source", "target", "size"]).extend({
  kind: z.enum(["image", "bundle"]).optional().catch(undefined),
  enabled: z.enum(["yes", "no"]).optional().catch(undefined),
  finding: z.enum(componentFindings).optional().catch(undefined),
});
export type ComponentListQuery = z.output<typeof componentListQuery>;

export interface ReleaseRow {
  id: string;
  kind: ReleaseKind;
  name: string;
  version: string;
  createdAt: string;
  componentCount: number;
  enabledCount: number;
  jobCount: number;
  /** Of the components whose size is known. */
  knownBytes: number;
  knownCount: number;
  /** Whether the panel itself finds out what it is made of. */
  isFound: boolean;
  /** When what it is made of was last looked up; null when never. */
  refreshedAt: string | null;
  /** Components that could not be resolved when that was last tried. */
  unresolvedCount: number;
  /** Components whose tag has meant another image before. */
  movedCount: number;
  /** Parts of its documents that could not be used. */
  problemCount: number;
}

/** The last job that looked a release up. */
interface ReleaseRefresh {
  jobId: string;
  number: number;
  state: JobState;
  /** What stopped the whole of it. */
  error: ErrorView | null;
}

export interface ReleaseDetail extends ReleaseRow {
  /** Size of the text it was made from; null when it was not made from one. */
  documentLength: number | null;
  /** What the panel looks for; null for a list that a person gave. */
  request: ReleaseRequest | null;
  /** Where it looks: `host[:port][/path]`. */
  source: string;
  problems: ErrorView[];
  /** Null when there is none, or none that the reader may see. */
  refresh: ReleaseRefresh | null;
}

export interface ComponentRow {
  id: string;
  position: number;
  kind: ComponentKind;
  enabled: boolean;
  /** `host/repository`, as the release names it. */
  source: string;
  tag: string | null;
  digest: string | null;
  /** Below the destination's base path. */
  targetPath: string;
  /** Further places below the base path that the same image goes to. */
  moreTargets: string[];
  /** Those of its places that no document names. */
  inferredTargets: string[];
  /** What a person knows it by: a component of a bill of materials, a plug-in and its version; may be empty. */
  part: string;
  /** The documents that name it. */
  foundIn: string[];
  /** Why it could not be resolved when that was last tried. */
  error: ErrorView | null;
  /** The digest that its tag meant before, and since when it means another. */
  moved: { from: string; at: string } | null;
  resolvedDigest: string | null;
  sizeBytes: number | null;
  platforms: string[];
}

/** A component to choose from when a job is started. */
export type ComponentChoice = Pick<
  ComponentRow,
  "id" | "kind" | "enabled" | "targetPath" | "tag" | "digest" | "sizeBytes"
>;
