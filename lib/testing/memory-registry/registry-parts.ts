import type { AccessControl } from "./access-control.ts";
import type { BlobHost } from "./blob-host.ts";
import type { ContentStore } from "./content-store.ts";
import type { Faults } from "./faults.ts";
import type { ManifestRules } from "./manifest-handlers.ts";
import type { RequestLog } from "./request-log.ts";
import type { Uploads } from "./uploads.ts";

/** What the registry can and will do. */
export interface RegistryRules extends ManifestRules {
  /** False: every mount is answered by an upload. */
  readonly mounts: boolean;
  /** False: a POST with the whole blob is answered by an upload, as by `distribution`. */
  readonly singlePost: boolean;
  /** Manifests and tags, or those named by their digest, or nothing. */
  readonly deletion: "all" | "by-digest" | "none";
  /** The longest page of tags, repositories or referrers. */
  readonly maxPageSize: number;
}

export interface RegistryParts {
  readonly rules: RegistryRules;
  readonly content: ContentStore;
  readonly uploads: Uploads;
  readonly access: AccessControl;
  readonly log: RequestLog;
  readonly faults: Faults;
  readonly blobHost: BlobHost;
  /** Fires when the registry stops. */
  readonly stopping: AbortSignal;
}
