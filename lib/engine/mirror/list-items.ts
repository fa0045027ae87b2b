import { EngineError } from "../oci/errors.ts";
import { lineError, parseImageList } from "../oci/image-list.ts";
import {
  formatImagePath,
  formatReference,
  joinRepository,
  type ImagePath,
  type RegistryBase,
} from "../oci/reference.ts";
import type { MirrorItem } from "./image-plan.ts";

/** An image of a list with both its ends. */
export interface ListedItem {
  /** From 1. */
  readonly line: number;
  /** The image under the name it has there; what replaces its source leaves it as it is. */
  readonly original: string;
  readonly item: MirrorItem;
}

export interface ListEnds {
  /** Named in errors. */
  readonly file: string;
  /** Replaces the first of three columns; without it, only lines with three columns say where they come from. */
  readonly from?: RegistryBase;
  readonly to: Pick<RegistryBase, "base">;
}

/**
 * What a list asks to be copied.
 *
 * @throws EngineError `list-empty`, `list-too-large`, or `list-line-invalid` with file, line and problem: besides what
 * cannot be parsed, a line without a source and two lines that want different images under one tag
 */
export function parseListItems(text: string, { file, from, to }: ListEnds): ListedItem[] {
  const takenBy = new Map<string, string>();
  const items = parseImageList(text, file).map(
    ({ line, path, targetRepository, from: column }): ListedItem => {
      const shown = formatImagePath(path);
      const base = from ?? column;
      if (!base) throw lineError(file, line, "source-missing", shown);
      try {
        const below = ({ registry, base: folder }: RegistryBase) => ({
          ...path,
          registry,
          repository: joinRepository(folder, path.repository),
        });
        const source = below(base);
        const target: ImagePath = {
          repository: joinRepository(to.base, targetRepository),
          ...(path.tag === undefined ? {} : { tag: path.tag }),
        };
        return { line, original: formatReference(below(column ?? base)), item: { source, target } };
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        throw lineError(file, line, error.facts.problem ?? "repository-malformed", shown, error);
      }
    },
  );
  if (items.length === 0) {
    throw new EngineError("list-empty", { operation: "read-list", file, retryable: false });
  }
  for (const { line, item } of items) {
    if (item.target.tag === undefined) continue;
    const target = formatImagePath(item.target);
    const source = `${item.source.registry}/${formatImagePath(item.source)}`;
    if ((takenBy.get(target) ?? source) !== source) throw lineError(file, line, "target-conflict", target);
    takenBy.set(target, source);
  }
  return items;
}
