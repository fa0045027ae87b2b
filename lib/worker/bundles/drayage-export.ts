import "server-only";
import type { BundleDocument, BundledFile } from "#lib/engine/bundle/drayage/bundle-document.ts";
import { createBaseCheck } from "#lib/engine/bundle/drayage/collect-parts.ts";
import { type DrayageLayout, layOutBundle } from "#lib/engine/bundle/drayage/lay-out-bundle.ts";
import { readHead } from "#lib/engine/bundle/drayage/read-head.ts";
import type { ImagePlan, ImageProbe } from "#lib/engine/mirror/index.ts";
import type { ContentScope } from "#lib/engine/mirror/content-scope.ts";
import { EngineError } from "#lib/engine/oci/errors.ts";
import { describeReleases } from "./bundled-releases.ts";
import type { ExportFormat } from "./export-format.ts";
import type { ExportRow } from "./export-row.ts";

interface DrayageParts {
  scope: ContentScope;
  /** What it builds on. */
  base: BundleDocument | null;
  /** They travel along. */
  files: readonly BundledFile[];
}

/** A bundle of ours, with all that it can have. */
export function createDrayageFormat(job: ExportRow, { scope, base, files }: DrayageParts): ExportFormat {
  const contents = base && readContents(base);
  return {
    look: (plan) => Promise.resolve({ plan, probe: probeBase(plan, contents) }),
    layOut(images) {
      const layout = layOutBundle({
        name: job.bundle?.name ?? "",
        images,
        scope,
        releases: describeReleases(job, images),
        files,
        volumeBytes: job.volumeBytes === null ? Infinity : Number(job.volumeBytes),
        base: base ?? undefined,
      });
      return { layout, isClosed: (folder) => isClosed(folder, layout) };
    },
  };
}

async function isClosed(folder: string, { id }: DrayageLayout): Promise<boolean> {
  try {
    return (await readHead(folder)).document.id === id;
  } catch (error) {
    if (error instanceof EngineError) return false;
    throw error;
  }
}

interface BaseContents {
  isUnchanged: (plan: ImagePlan) => boolean;
  blobs: ReadonlySet<string>;
}

function readContents(base: BundleDocument): BaseContents {
  return {
    isUnchanged: createBaseCheck(base),
    blobs: new Set(base.blobs.map(({ digest }) => digest)),
  };
}

/** What the bundle has to bring of an image, and what the one that it builds on has. */
function probeBase(plan: ImagePlan, base: BaseContents | null): ImageProbe {
  const descriptors = plan.blobs.map(({ descriptor }) => descriptor);
  const isUnchanged = base?.isUnchanged(plan) ?? false;
  const isInBase = (digest: string) => isUnchanged || (base?.blobs.has(digest) ?? false);
  return {
    state: isUnchanged ? "present" : "absent",
    lackingBlobs: descriptors.filter(({ digest }) => !isInBase(digest)),
    presentBlobs: descriptors.filter(({ digest }) => isInBase(digest)),
  };
}
