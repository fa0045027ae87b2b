import type { Descriptor } from "../oci/descriptor.ts";
import { EngineError } from "../oci/errors.ts";
import { isInside, type LayerFinding, locateEntry } from "./layer-entry.ts";

/** As many as Linux follows at most is 40; each one here may mean to read the layers again. */
const maxLinks = 8;

/**
 * A file as a container of the image sees it: a later layer hides what earlier ones hold, whether it has the file itself,
 * a whiteout of it, or something in the place of one of its folders. Layers are read from the last one down, only until
 * one tells.
 *
 * Links are followed, symbolic ones within the image; a `..` behind a link is taken by its text.
 *
 * @param path from the image's root
 * @param findInLayer reads a layer to its end, as `findLayerFile` does
 * @returns null when there is no such file
 * @throws EngineError `bundle-invalid` when links lead to links without end; whatever `findInLayer` throws
 */
export async function readOverlaidFile(
  layers: readonly Descriptor[],
  path: string,
  findInLayer: (layer: Descriptor, path: string) => Promise<LayerFinding>,
): Promise<Uint8Array | null> {
  let wanted = locateEntry(path);
  let remaining = layers;
  for (let links = 0; links <= maxLinks; links++) {
    const { finding, upTo } = await descend(remaining, wanted, findInLayer);
    if (finding.kind === "file") return finding.content;
    if (finding.kind !== "hard-link" && finding.kind !== "symbolic-link") return null;
    wanted = finding.path;
    // A hard link is the file as it was then; a symbolic one leads to what is there in the end.
    remaining = finding.kind === "hard-link" ? upTo : layers;
  }
  throw new EngineError("bundle-invalid", { operation: "read-bundle", value: path, retryable: false });
}

/** What the topmost layer says that tells, with the layers up to it. */
async function descend(
  layers: readonly Descriptor[],
  path: string,
  findInLayer: (layer: Descriptor, path: string) => Promise<LayerFinding>,
): Promise<{ readonly finding: LayerFinding; readonly upTo: readonly Descriptor[] }> {
  let folder = "";
  for (const [index, layer] of [...layers.entries()].reverse()) {
    const finding = await findInLayer(layer, path);
    if (finding.kind === "unsaid") {
      if (finding.folder.length > folder.length) ({ folder } = finding);
      continue;
    }
    // A folder of a later layer has taken the place of a link.
    const isReplaced = "at" in finding && (finding.at === folder || isInside(folder, finding.at));
    return { finding: isReplaced ? { kind: "hidden" } : finding, upTo: layers.slice(0, index + 1) };
  }
  return { finding: { kind: "hidden" }, upTo: [] };
}
