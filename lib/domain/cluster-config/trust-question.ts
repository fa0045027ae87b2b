import type { RegistryBase } from "#lib/engine/oci/reference.ts";

/** What trust configuration is checked against. */
export interface TrustQuestion {
  readonly at: Date;
  /** Where the clusters are to pull from; left out where that is not known. */
  readonly registry?: RegistryBase;
  /** Whether that registry hands out nothing without signing in. */
  readonly wantsCredentials?: boolean;
}
