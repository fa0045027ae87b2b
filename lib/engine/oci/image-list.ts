import { EngineError, type ReferenceProblem } from "./errors.ts";
import {
  beginsWithHost,
  parseImagePath,
  parseReference,
  parseRegistryBase,
  parseRepository,
  parseTag,
  type ImagePath,
  type RegistryBase,
  type Repository,
} from "./reference.ts";

export const maxListBytes = 4 * 1024 * 1024;
const maxListLines = 20_000;
const maxShownLength = 200;
/** Where the images of the three-column form stand below a base. */
const vendorFolder = "vmware-cloud-director";

/** One image of a list. */
export interface ListedImage {
  /** From 1. */
  readonly line: number;
  /** What `-b` or `-i` in front says: a bundle with the images it lists, or a single image. */
  readonly kind?: "bundle" | "image";
  /** Column 1 of the three-column form, or the host of a full name; the source that applies unless another replaces it. */
  readonly from?: RegistryBase;
  /** Named in full, `host/path:tag`, which does not say where the source's base ends and the path below it begins. */
  readonly isFullName?: true;
  /** Below the source. */
  readonly path: ImagePath;
  /** Below the target's base; tag as in `path`. */
  readonly targetRepository: Repository;
}

/**
 * The images of a list: one a line, as `path:tag`, `path@digest` or `path:tag@digest`, each also in full with its host in
 * front, with `-b` or `-i` before it if wanted; or in the three columns of dependencies.txt, `registry[/project] path
 * tag`. Lines that start with `#` and blank ones are skipped; CRLF and a byte order mark are fine.
 *
 * @param file named in errors
 * @throws EngineError `list-too-large` beyond 4 MiB or 20 000 lines; `list-line-invalid` with file, line and problem
 */
export function parseImageList(text: string, file: string): ListedImage[] {
  assertListSize(text, file);
  const images: ListedImage[] = [];
  for (const [index, content] of text
    .replace(/^\uFEFF/, "")
    .split("\n")
    .entries()) {
    const image = parseListLine(content, index + 1, file);
    if (image) images.push(image);
  }
  return images;
}

/** @throws EngineError `list-too-large` beyond 4 MiB or 20 000 lines */
export function assertListSize(text: string, file: string): void {
  if (Buffer.byteLength(text) > maxListBytes) throw listTooLarge(file, maxListBytes);
  let lines = 0;
  for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", end + 1)) lines++;
  if (lines > maxListLines) throw listTooLarge(file, maxListLines);
}

/** @param limit bytes or lines, whichever was passed */
export function listTooLarge(file: string, limit: number): EngineError {
  return new EngineError("list-too-large", { operation: "read-list", file, limit, retryable: false });
}

/** One line of a list, or null for a comment or a blank line. @throws EngineError `list-line-invalid` */
export function parseListLine(content: string, line: number, file: string): ListedImage | null {
  const text = content.trim();
  if (text === "" || text.startsWith("#")) return null;
  try {
    return { line, ...parseColumns(text.split(/\s+/)) };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw lineError(file, line, error.facts.problem ?? "columns", text, error);
  }
}

/** @param value what stands on the line */
export function lineError(
  file: string,
  line: number,
  problem: ReferenceProblem,
  value: string,
  cause?: unknown,
): EngineError {
  const shown = value.length > maxShownLength ? `${value.slice(0, maxShownLength)}…` : value;
  const facts = { operation: "read-list", file, line, problem, value: shown, retryable: false } as const;
  return new EngineError("list-line-invalid", facts, cause);
}

function parseColumns(columns: readonly string[]): Omit<ListedImage, "line"> {
  const flag: ListedImage["kind"] | null =
    columns[0] === "-b" ? "bundle" : columns[0] === "-i" ? "image" : null;
  const kind: Pick<ListedImage, "kind"> = flag === null ? {} : { kind: flag };
  const [first, second, third, ...more] = flag === null ? columns : columns.slice(1);
  if (first !== undefined && second === undefined) {
    if (!beginsWithHost(first)) {
      const path = parseImagePath(first);
      return { ...kind, path, targetRepository: path.repository };
    }
    const { registry, ...path } = parseReference(first);
    const from: RegistryBase = { registry, base: "" };
    return { ...kind, from, isFullName: true, path, targetRepository: path.repository };
  }
  if (first === undefined || second === undefined || third === undefined || more.length > 0) {
    throw new EngineError("list-line-invalid", {
      operation: "read-list",
      problem: "columns",
      retryable: false,
    });
  }
  const repository = parseRepository(second);
  const inFolder = repository.startsWith(`${vendorFolder}/`) ? repository : `${vendorFolder}/${repository}`;
  return {
    ...kind,
    from: parseRegistryBase(first),
    path: { repository, tag: parseTag(third) },
    targetRepository: parseRepository(inFolder),
  };
}
