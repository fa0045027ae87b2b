import "server-only";
import { writeDb } from "#lib/db/client.ts";
import type { PruneDeletion } from "#lib/db/generated/client.ts";
import type { KeptLink, KeptBy, PrunedKind as PrunedKindColumn } from "#lib/db/generated/enums.ts";
import type { KeepReason, PlannedDeletion, PruneKeep } from "#lib/engine/mirror/prune-plan.ts";
import { parseDigest } from "#lib/engine/oci/digest.ts";
import { parseRepository, parseTag } from "#lib/engine/oci/reference.ts";
import type { RepositoryKeep } from "#lib/services/pruning/find-keep.ts";

/** Whose a prune is, and where. */
export interface PruneJob {
  organizationId: string | null;
  destinationId: string;
  host: string;
}

export async function readPruneJob(jobId: string): Promise<PruneJob> {
  const { organizationId, destination } = await writeDb.mirrorJob.findUniqueOrThrow({
    where: { id: jobId },
    select: {
      organizationId: true,
      destination: { select: { id: true, registry: { select: { host: true } } } },
    },
  });
  if (!destination) throw new Error("a prune has no destination");
  return { organizationId, destinationId: destination.id, host: destination.registry.host };
}

/** As the engine takes it. */
export function readKeep(keep: RepositoryKeep | undefined): PruneKeep {
  return {
    tags: [...(keep?.tags ?? [])].map(parseTag),
    digests: [...(keep?.digests ?? [])].map(parseDigest),
  };
}

/** A deletion as the engine planned it. */
export function readDeletion(repository: string, row: PruneDeletion): PlannedDeletion {
  const { removes, digest, tags, kind, belongsTo } = row;
  return {
    repository: parseRepository(repository),
    removes,
    digest: parseDigest(digest),
    tags: tags.map(parseTag),
    kind: kind === "bundle_image" ? "bundle-image" : kind,
    belongsTo: belongsTo === null ? null : parseDigest(belongsTo),
  };
}

export function formatKind(kind: PlannedDeletion["kind"]): PrunedKindColumn {
  return kind === "bundle-image" ? "bundle_image" : kind;
}

const keptBy = {
  "kept-tag": "kept_tag",
  "kept-digest": "kept_digest",
  "unknown-tag": "unknown_tag",
  "moved-tag": "moved_tag",
  "new-tag": "new_tag",
  "new-referrer": "new_referrer",
  "not-deleted": "not_deleted",
} as const satisfies Record<KeepReason["by"], KeptBy>;

/** What keeps something, as columns. */
export function formatReason(because: KeepReason): {
  keptBy: KeptBy;
  keptName: string;
  through: string | null;
  throughAs: KeptLink | null;
} {
  return {
    keptBy: keptBy[because.by],
    keptName: "tag" in because ? because.tag : because.digest,
    through: because.through,
    throughAs: because.as ?? null,
  };
}
