import "server-only";
import type { Prisma } from "#lib/db/generated/client.ts";
import { JobState } from "#lib/db/generated/enums.ts";
import { findLiveHolders } from "../bundles/live-holders.ts";
import type { BundleShare } from "./job-views.ts";

export const bundleShareFields = {
  proofBytes: true,
  provenBytes: true,
  bundle: { select: { id: true, name: true, store: { select: { id: true, name: true } } } },
} satisfies Prisma.MirrorJobSelect;

type ShareRow = Prisma.MirrorJobGetPayload<{
  select: typeof bundleShareFields & { id: true; state: true };
}>;

const open = new Set<JobState>([JobState.queued, JobState.planning, JobState.running]);

/** By job: what is to be told of its bundle. */
export async function formatBundleShares(rows: readonly ShareRow[]): Promise<Map<string, BundleShare>> {
  const waiting = rows.flatMap(({ state, bundle }) => (bundle && open.has(state) ? [bundle.store.id] : []));
  const holders = waiting.length > 0 ? await findLiveHolders(waiting) : new Map<string, unknown>();
  return new Map(
    rows.map(({ id, state, bundle, proofBytes, provenBytes }) => {
      const isHeld = bundle === null || !open.has(state) || holders.has(bundle.store.id);
      const share: BundleShare = {
        bundle: bundle && { id: bundle.id, name: bundle.name },
        waitsForStore: isHeld ? null : bundle.store.name,
        proof: proofBytes === 0n ? null : { done: Number(provenBytes), total: Number(proofBytes) },
      };
      return [id, share];
    }),
  );
}

export const noBundle: BundleShare = { bundle: null, waitsForStore: null, proof: null };
