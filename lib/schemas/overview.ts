/** The way from an empty panel to the first images, in this order. */
export const setupSteps = ["source", "destination", "trust", "release", "job"] as const;
export type SetupStep = (typeof setupSteps)[number];

export interface Overview {
  /** Of the set-up, what is still to be done. */
  openSteps: SetupStep[];
  registries: { total: number; unhealthy: number };
  releases: number;
  /** Images known to stand at destinations. */
  images: number;
  jobs: { running: number; failed: number };
  /** The target that the trust step is about. */
  untrustedRegistryId: string | null;
}
