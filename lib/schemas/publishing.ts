import { z } from "zod";
import { anyOf } from "./any-of.ts";
import { listQuery } from "./list-query.ts";

/** What an organization publishes; a tenant's is its own, whatever stands here. */
export const startPublishInput = z.object({ organizationId: z.uuid() });
export type StartPublishInput = z.output<typeof startPublishInput>;

/** How an image of a publish plan stands at the destination. */
export const PublishState = {
  /** It is not there. */
  new: "new",
  /** Another image stands under its name. */
  changed: "changed",
  present: "present",
  /** The organization has published it and has it no longer selected. */
  unselected: "unselected",
} as const;
export type PublishState = (typeof PublishState)[keyof typeof PublishState];

export const publishQuery = listQuery(["target", "original", "state", "size"]).extend({
  state: anyOf(PublishState),
});
export type PublishQuery = z.output<typeof publishQuery>;
