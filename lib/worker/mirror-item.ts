import type { MirrorItem } from "#lib/engine/mirror/index.ts";
import { findDigest } from "#lib/engine/oci/digest.ts";
import { parseRegistryHost, parseRepository, parseTag } from "#lib/engine/oci/reference.ts";

interface TaskPaths {
  sourceHost: string;
  sourceRepository: string;
  targetRepository: string;
  tag: string;
  plannedDigest: string | null;
}

/** A task as the engine takes it. An image without a tag is named by its digest. */
export function readMirrorItem(task: TaskPaths): MirrorItem {
  const digest = findDigest(task.plannedDigest ?? "");
  const name = task.tag === "" ? digest && { digest } : { tag: parseTag(task.tag) };
  return {
    source: {
      registry: parseRegistryHost(task.sourceHost),
      repository: parseRepository(task.sourceRepository),
      ...name,
    },
    target: { repository: parseRepository(task.targetRepository), ...name },
  };
}
