import type { ErrorView } from "#lib/errors.ts";
import type { Page } from "#lib/schemas/list-query.ts";
import type { PublishState } from "#lib/schemas/publishing.ts";
import type { JobPreview } from "../jobs/job-views.ts";

export interface PublishPlace {
  host: string;
  basePath: string;
}

export interface PublishRow {
  id: string;
  state: PublishState;
  /** `host/repository:tag`, as the release names it; null once no component is known of what was published. */
  original: string | null;
  /** Where it is read in fact; null of what is selected no longer. */
  source: string | null;
  target: string;
  /** What is to stand there, as far as it is known, and what does. */
  digest: string | null;
  standingDigest: string | null;
  sizeBytes: number | null;
  /** It is read at the destination that organizations share, and nothing is known to stand there. */
  lacksSource: boolean;
  /** Another organization or the provider has or wants it there, too: it stays when this one takes it away. */
  neededByOthers: boolean;
}

/** What publishing would bring, and what a prune would be asked to take away. */
export interface PublishPlan extends Pick<JobPreview, "collisions" | "overlaps"> {
  destination: PublishPlace;
  /** Stands in for the registries that the releases name; null: each image is read from its own. */
  source: PublishPlace | null;
  counts: Record<PublishState, number>;
  /** Images to be read where nothing is known to stand. */
  lackingSources: number;
  /** Of those no longer selected, the ones that others have or want there, too. */
  neededByOthers: number;
  /** Of the images that are not there: at most so much is to be brought, as far as sizes are known. */
  missingBytes: number;
  unknownSizes: number;
  selectedBytes: number;
  rows: Page<PublishRow>;
}

export interface PublishPreview {
  /** Why there is no plan. */
  obstacle: ErrorView | null;
  plan: PublishPlan | null;
  /** What the organization has published where its offer does not lead any more. */
  elsewhere: number;
}

/** How an organization's publishing stands, in a few words. */
export interface PublishingState {
  /** Images that it has published, over all destinations. */
  publishedImages: number;
  destination: PublishPlace | null;
}
