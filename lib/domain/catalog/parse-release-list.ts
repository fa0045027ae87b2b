import { EngineError, type ReferenceProblem } from "#lib/engine/oci/errors.ts";
import { lineError, type ListedImage, parseImageList, parseListLine } from "#lib/engine/oci/image-list.ts";
import {
  formatImagePath,
  joinRepository,
  parseRepository,
  type RegistryBase,
  type RegistryHost,
  type Repository,
} from "#lib/engine/oci/reference.ts";

/** What a list is of; decides where its images stand below a destination's base. */
export type ReleaseListKind = "tkg" | "getting_started_airgapped" | "tanzu_plugins" | "list";

/** One line of a release. Exactly one of tag and digest is set. */
export interface ListedComponent {
  /** Line of the list, from 1. */
  readonly line: number;
  readonly kind: "image" | "bundle";
  /** False for a line that a `#` leaves out. */
  readonly enabled: boolean;
  readonly sourceHost: RegistryHost;
  /** At the source, its project included. */
  readonly sourceRepository: Repository;
  readonly tag: string | null;
  readonly digest: string | null;
  /** Below the destination's base path. */
  readonly targetPath: Repository;
}

export interface ReleaseListOptions {
  readonly kind: ReleaseListKind;
  /** Where lines come from that do not say so themselves. */
  readonly source: RegistryBase | null;
  /** Named in errors. */
  readonly file: string;
}

/**
 * The folders that clusters of Container Service Extension look in: they are fixed, and stand side by side.
 * https://docs.vmware.com/en/VMware-Cloud-Director-Container-Service-Extension/4.2/
 */
const folders: Readonly<Record<ReleaseListKind, Repository | "">> = {
  tkg: parseRepository("tkg"),
  getting_started_airgapped: parseRepository("vmware-cloud-director"),
  tanzu_plugins: parseRepository("tanzu_cli/plugins"),
  list: "",
};

/**
 * The components of a release, from the text of its list.
 *
 * In dependencies.txt a `#` in front of a whole line (three columns, the first with a registry's host) makes a disabled
 * component; all other lines with `#` are comments. A line that stands twice is one component.
 *
 * @throws EngineError `list-empty`, `list-too-large`, or `list-line-invalid` with file, line and problem: besides what
 * cannot be parsed, a line without a source, with tag and digest both, or that wants another image under a taken tag
 */
export function parseReleaseList(text: string, options: ReleaseListOptions): ListedComponent[] {
  const { kind, file } = options;
  assertText(text, file);
  const enabled = parseImageList(text, file).map((image) => toComponent(image, true, options));
  const disabled =
    kind === "getting_started_airgapped"
      ? listDisabledLines(text, file).map((image) => toComponent(image, false, options))
      : [];
  const components = dropRepeated([...enabled, ...disabled], file);
  if (components.length === 0) {
    throw new EngineError("list-empty", { operation: "read-list", file, retryable: false });
  }
  return components.sort((a, b) => a.line - b.line);
}

/** A NUL means that this is no text, and no database column holds one. */
function assertText(text: string, file: string): void {
  const at = text.indexOf("\0");
  if (at === -1) return;
  const line = text.slice(0, at).split("\n").length;
  throw lineError(file, line, "columns", text.split("\n")[line - 1]?.replaceAll("\0", "") ?? "");
}

function listDisabledLines(text: string, file: string): ListedImage[] {
  return text.split("\n").flatMap((content, index) => {
    const line = /^\s*#+(?<rest>.*)$/.exec(content.trimEnd())?.groups?.rest?.trim() ?? "";
    // Prose has no registry in front: "# see the notes" is three columns, too.
    const [host = "", , , ...more] = line.split(/\s+/);
    if (more.length > 0 || !/^[a-z0-9-]+(?:\.[a-z0-9-]+)*(?:\.[a-z]{2,}|:\d+)(?:\/|$)/.test(host)) return [];
    try {
      return [parseListLine(line, index + 1, file)].filter((image) => image !== null);
    } catch (error) {
      if (error instanceof EngineError) return [];
      throw error;
    }
  });
}

function toComponent(image: ListedImage, enabled: boolean, options: ReleaseListOptions): ListedComponent {
  const { line, path } = image;
  const fail = (problem: ReferenceProblem, cause?: unknown) =>
    lineError(options.file, line, problem, formatImagePath(path), cause);
  const from = image.from ?? options.source;
  if (from === null) throw fail("source-missing");
  if (path.tag !== undefined && path.digest !== undefined) throw fail("tag-and-digest");
  try {
    return {
      line,
      kind: image.kind ?? "image",
      enabled,
      sourceHost: from.registry,
      sourceRepository: joinRepository(from.base, path.repository),
      tag: path.tag ?? null,
      digest: path.digest ?? null,
      targetPath: intoFolder(folders[options.kind], path.repository),
    };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw fail(error.facts.problem ?? "repository-malformed", error);
  }
}

/** Does not double a folder that the line names already. */
function intoFolder(folder: Repository | "", path: Repository): Repository {
  return folder !== "" && path.startsWith(`${folder}/`) ? path : joinRepository(folder, path);
}

function dropRepeated(components: readonly ListedComponent[], file: string): ListedComponent[] {
  const sources = new Map<string, string>();
  return components.filter((component) => {
    const target = `${component.targetPath}${formatVersion(component)}`;
    const source = `${component.sourceHost}/${component.sourceRepository}`;
    const taken = sources.get(target);
    if (taken === undefined) {
      sources.set(target, source);
      return true;
    }
    // A digest is the same content wherever it comes from; what is off takes no place.
    if (taken !== source && component.tag !== null && component.enabled) {
      throw lineError(file, component.line, "target-conflict", target);
    }
    return false;
  });
}

function formatVersion({ tag, digest }: Pick<ListedComponent, "tag" | "digest">): string {
  return tag === null ? `@${digest ?? ""}` : `:${tag}`;
}
