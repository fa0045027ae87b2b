import "server-only";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { findJournal } from "#lib/engine/bundle/export-journal.ts";
import type { ExportLayout } from "#lib/engine/bundle/export-layout.ts";
import { layOutImgpkg, layOutImgpkgTar, TarNames } from "#lib/engine/bundle/imgpkg/lay-out-imgpkg.ts";
import { readConfigs } from "#lib/engine/bundle/imgpkg/read-configs.ts";
import type { PlanSession } from "#lib/engine/mirror/plan-session.ts";
import type { Digest } from "#lib/engine/oci/digest.ts";
import { EngineError } from "#lib/engine/oci/errors.ts";
import { findRegularFile } from "#lib/services/bundles/regular-file.ts";
import type { ExportFormat } from "./export-format.ts";

/** imgpkg's tars, with the file that says which belongs where. */
export function createImgpkgFormat(
  planning: Pick<PlanSession, "readBlob">,
  signal: AbortSignal,
): ExportFormat {
  const names = new TarNames();
  const { configs, look } = createTarLook(planning, signal);
  return {
    async look(plan) {
      names.take(plan);
      return look(plan);
    },
    layOut(images) {
      const layout = layOutImgpkg(images, configs);
      return { layout, isClosed: (folder) => isClosed(folder, layout) };
    },
  };
}

/** How an image looks in a tar of imgpkg's, and the configurations that have been read to find out. */
export function createTarLook(
  planning: Pick<PlanSession, "readBlob">,
  signal: AbortSignal,
): Pick<ExportFormat, "look"> & { configs: ReadonlyMap<Digest, Uint8Array> } {
  const configs = new Map<Digest, Uint8Array>();
  return {
    configs,
    async look(plan) {
      for (const [digest, content] of await readConfigs([plan], planning, signal))
        configs.set(digest, content);
      const tar = layOutImgpkgTar(plan, configs);
      const descriptors = tar.plan.blobs.map(({ descriptor }) => descriptor);
      return {
        plan: tar.plan,
        probe: {
          state: "absent",
          // What stands in a tar's list of contents has been read already.
          lackingBlobs: descriptors.filter(({ digest }) => !tar.held.has(digest)),
          presentBlobs: descriptors.filter(({ digest }) => tar.held.has(digest)),
        },
      };
    },
  };
}

async function isClosed(folder: string, layout: ExportLayout): Promise<boolean> {
  if (await isUnfinished(folder)) return false;
  for (const { name, sizeBytes } of layout.files) {
    if ((await findRegularFile(join(folder, name)))?.sizeBytes !== sizeBytes) return false;
  }
  // What closes it says nothing of who made it, or when.
  for (const { name, content } of layout.close([], { tool: "", createdAt: new Date(0) })) {
    const found = await readFile(join(folder, name)).catch(() => null);
    if (!found?.equals(Buffer.from(content))) return false;
  }
  return true;
}

/** Whether an export that was begun there is still to be finished. */
export async function isUnfinished(folder: string): Promise<boolean> {
  try {
    return (await findJournal(folder)) !== null;
  } catch (error) {
    if (error instanceof EngineError) return true;
    throw error;
  }
}
