import { z } from "zod";
import { KeptBy, PruneState, PruneWhy } from "#lib/db/generated/enums.ts";
import { anyOf } from "./any-of.ts";
import { listQuery } from "./list-query.ts";

/** What an organization (null: the provider) has published at a destination; a tenant's is its own, whatever stands here. */
export const startPruneInput = z.object({
  organizationId: z.uuid().nullable(),
  destinationId: z.uuid(),
});
export type StartPruneInput = z.output<typeof startPruneInput>;

/** Of what a prune at a destination would look at; without one, of the destination where there is most. */
export const prunePreviewQuery = listQuery(["target", "original", "why", "size", "publishedAt"]).extend({
  destination: z.uuid().optional().catch(undefined),
  why: anyOf(PruneWhy),
});
export type PrunePreviewQuery = z.output<typeof prunePreviewQuery>;

/** Of what a prune deletes; by `position`, in the order in which it is deleted. */
export const deletionsQuery = listQuery(["position", "repository", "state", "size"]).extend({
  state: anyOf(PruneState),
});
export type DeletionsQuery = z.output<typeof deletionsQuery>;

/** Of what a prune leaves where it is. */
export const keptQuery = listQuery(["position", "repository"]).extend({ by: anyOf(KeptBy) });
export type KeptQuery = z.output<typeof keptQuery>;
