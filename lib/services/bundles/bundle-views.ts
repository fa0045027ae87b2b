import type { BundleFormat, BundleOrigin, BundleState, JobState } from "#lib/db/generated/enums.ts";
import type { ErrorView } from "#lib/errors.ts";

// What leaves the server about bundles: plain data, the same for pages and routes. Times are ISO 8601.

/** A folder for bundles. */
export interface StoreView {
  id: string;
  name: string;
  /** Workers that hold it now; without one nothing of it can be exported, checked or imported. */
  workers: number;
  /** The least of what they say; null when nobody does. */
  freeBytes: number | null;
  /** The panel itself holds it: files can be sent to it and fetched from it here. */
  reachable: boolean;
  /** When a worker has looked last at what it holds; null before the first time. */
  scannedAt: string | null;
}

/** A file beside the bundles of a store, which can travel along with an export. */
export interface StoreFileView {
  name: string;
  sizeBytes: number;
  modifiedAt: string;
}

export interface BundleSummary {
  id: string;
  name: string;
  state: BundleState;
  format: BundleFormat | null;
  origin: BundleOrigin;
  /** An upload of files that are to stand beside the bundles: it is none, and is gone once they have arrived. */
  loose: boolean;
  store: { id: string; name: string };
  sizeBytes: number | null;
  imageCount: number;
  /** Name of the bundle that it builds on. */
  baseName: string | null;
  createdAt: string;
  checkedAt: string | null;
  /** A check that is wanted or under way, and how far it is. */
  check: { doneBytes: number; totalBytes: number } | null;
}

export interface BundleRelease {
  kind: "tkg" | "getting_started_airgapped" | "tanzu_plugins" | "list";
  name: string;
  version: string;
  components: number;
}

export interface BundleExtraFile {
  name: string;
  sizeBytes: number;
  sha1: string;
  sha256: string;
  md5: string;
}

export interface BundleFileView {
  name: string;
  sizeBytes: number;
  /** Less than its size while it arrives from a browser. */
  receivedBytes: number;
}

export interface BundleLink {
  id: string;
  name: string;
  state: BundleState;
}

export interface BundleDetail extends BundleSummary {
  /** What it says of itself. */
  contentId: string | null;
  tool: string | null;
  madeAt: string | null;
  signature: { fingerprint: string; trustedAs: string | null } | null;
  files: BundleFileView[];
  releases: BundleRelease[];
  extraFiles: BundleExtraFile[];
  /** What the check has found, at most a hundred. */
  findings: ErrorView[];
  /** The bundle that it builds on, if it is here, and those that build on it. */
  base: BundleLink | null;
  dependents: BundleLink[];
  jobs: { id: string; number: number; kind: "export_bundle" | "import_bundle"; state: JobState }[];
  /** Files can be fetched here. */
  reachable: boolean;
  createdBy: string | null;
}

export interface BundleImageView {
  position: number;
  repository: string;
  tag: string;
  digest: string;
  original: string;
  inBase: boolean;
}

/** How far a browser's files have arrived. */
export interface UploadView {
  bundleId: string;
  /** They are going to stand beside the bundles, and this id is gone once they do. */
  loose: boolean;
  files: BundleFileView[];
}
