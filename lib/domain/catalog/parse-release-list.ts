import { EngineError, type ReferenceProblem } from "#lib/engine/oci/errors.ts";
import { assertListSize, lineError, type ListedImage, parseListLine } from "#lib/engine/oci/image-list.ts";
import {
  formatImagePath,
  joinRepository,
  type RegistryBase,
  type RegistryHost,
  type Repository,
} from "#lib/engine/oci/reference.ts";
import { placeComponent } from "./place-component.ts";
import { defaultMappingRules } from "./target-mapping-defaults.ts";
import type { MappingRule } from "./target-mapping.ts";

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
  /** Of that, what is below the source's base. */
  readonly sourcePath: Repository;
  readonly tag: string | null;
  readonly digest: string | null;
  /** Below the destination's base path. */
  readonly targetPath: Repository;
  /** Further places there for the same image. */
  readonly moreTargets: readonly Repository[];
}

export interface ReleaseListOptions {
  readonly kind: ReleaseListKind;
  /** Where lines come from that do not say so themselves. */
  readonly source: RegistryBase | null;
  /** Named in errors. */
  readonly file: string;
  /** Where images go; those of Container Service Extension unless given. */
  readonly rules?: readonly MappingRule[] | undefined;
  /** Whether a `#` in front of an image leaves it out; unless given, in dependencies.txt only. */
  readonly offLines?: boolean | undefined;
}

/** The text of a switched-off line around its `#`; the three together are the line. */
interface CommentParts {
  readonly indent: string;
  /** The run of `#`. */
  readonly mark: string;
  readonly rest: string;
}

/** What a line of a list is. A comment is also what no one can tell from one; a blank line is none. */
export type ReleaseLine =
  | { readonly kind: "component"; readonly component: ListedComponent; readonly off: CommentParts | null }
  | { readonly kind: "comment" | "blank" }
  | { readonly kind: "invalid"; readonly error: EngineError };

/** Components, each once, in the order of their lines. */
export interface GatheredComponents {
  readonly components: readonly ListedComponent[];
  /** Line of the component that a line says again, by the line that says it. */
  readonly repeats: ReadonlyMap<number, number>;
  /** `list-line-invalid` of each line that is on and wants another image under a taken tag. */
  readonly conflicts: readonly EngineError[];
}

/**
 * Tells a line that a `#` leaves out from prose of three words, "# see the notes": it begins as an image does, with the
 * host of a registry (a name with a domain or a port, or an address) or with what marks its kind, or is one word.
 */
const unlikeProse =
  /^(?:(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*(?:\.[a-z]{2,}|:\d+)|\d+(?:\.\d+){3}|\[[a-f0-9:]+\](?::\d+)?)(?:\/|\s)|-[bi]\s|\S+$)/;

/**
 * The components of a release, from the text of its list.
 *
 * In dependencies.txt a `#` in front of a whole line makes a disabled component; all other lines with `#` are comments. A
 * line that stands twice is one component.
 *
 * @throws EngineError `list-empty`, `list-too-large`, or `list-line-invalid` with file, line and problem: besides what
 * cannot be parsed, a line without a source, with tag and digest both, or that wants another image under a taken tag
 */
export function parseReleaseList(text: string, options: ReleaseListOptions): ListedComponent[] {
  const { components, problems } = readReleaseList(text, options);
  const [error] = problems;
  if (error !== undefined) throw error;
  return [...components];
}

/**
 * As `parseReleaseList`, of a list whose bad lines do not spoil the others: each is a problem, in the order of the lines.
 *
 * @throws EngineError `list-empty`, `list-too-large`; the first problem when no line can be used
 */
export function readReleaseList(
  text: string,
  options: ReleaseListOptions,
): { readonly components: readonly ListedComponent[]; readonly problems: readonly EngineError[] } {
  const { file } = options;
  assertText(text, file);
  assertListSize(text, file);
  const lines = parseReleaseLines(text, options);
  const listed = lines.flatMap((line) => (line.kind === "component" ? [line.component] : []));
  const { components, conflicts } = gatherComponents(listed, file);
  const invalid = lines.flatMap((line) => (line.kind === "invalid" ? [line.error] : []));
  const problems = [...invalid, ...conflicts].sort((a, b) => (a.facts.line ?? 0) - (b.facts.line ?? 0));
  if (components.length === 0) {
    throw problems[0] ?? new EngineError("list-empty", { operation: "read-list", file, retryable: false });
  }
  return { components, problems };
}

/** The lines of a list, whatever the text: a line ends at `\n`, and blanks around it, `\r` among them, mean nothing. */
export function parseReleaseLines(text: string, options: ReleaseListOptions): ReleaseLine[] {
  return text.split("\n").map((content, index) => parseReleaseLine(content, index + 1, options));
}

function parseReleaseLine(content: string, line: number, options: ReleaseListOptions): ReleaseLine {
  if (content.trim() === "") return { kind: "blank" };
  const off = splitComment(content);
  const { kind, offLines = kind === "getting_started_airgapped" } = options;
  if (off !== null && !(offLines && unlikeProse.test(off.rest.trim()))) {
    return { kind: "comment" };
  }
  try {
    const image = parseListLine(off === null ? content : off.rest, line, options.file);
    if (image === null) return { kind: "comment" };
    return { kind: "component", component: toComponent(image, off === null, options), off };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    // Whatever stands behind a #, it does no harm there.
    return off === null ? { kind: "invalid", error } : { kind: "comment" };
  }
}

function splitComment(content: string): CommentParts | null {
  const { indent, mark, rest } = /^(?<indent>\s*)(?<mark>#+)(?<rest>[^]*)$/.exec(content)?.groups ?? {};
  if (indent === undefined || mark === undefined || rest === undefined) return null;
  return { indent, mark, rest };
}

/**
 * Makes one component of lines that say the same: the first of them that is on, or else the first. A line that is off
 * and wants a tag that another image has is none.
 *
 * @param listed in the order of their lines
 * @param file named in errors
 */
export function gatherComponents(listed: readonly ListedComponent[], file: string): GatheredComponents {
  const taken = new Map<string, ListedComponent>();
  const repeats = new Map<number, number>();
  const conflicts: EngineError[] = [];
  for (const component of [...listed.filter(isEnabled), ...listed.filter((each) => !isEnabled(each))]) {
    const target = `${component.targetPath}${formatVersion(component)}`;
    const first = taken.get(target);
    if (first === undefined) {
      taken.set(target, component);
    } else if (component.tag === null || formatSource(component) === formatSource(first)) {
      // A digest is the same content wherever it comes from.
      repeats.set(component.line, first.line);
    } else if (component.enabled) {
      conflicts.push(lineError(file, component.line, "target-conflict", target));
    }
  }
  return { components: [...taken.values()].sort((a, b) => a.line - b.line), repeats, conflicts };
}

/** A NUL means that this is no text, and no database column holds one. */
function assertText(text: string, file: string): void {
  const at = text.indexOf("\0");
  if (at === -1) return;
  const line = text.slice(0, at).split("\n").length;
  throw lineError(file, line, "columns", text.split("\n")[line - 1]?.replaceAll("\0", "") ?? "");
}

function toComponent(image: ListedImage, enabled: boolean, options: ReleaseListOptions): ListedComponent {
  const { line, path } = image;
  const fail = (problem: ReferenceProblem, cause?: unknown) =>
    lineError(options.file, line, problem, formatImagePath(path), cause);
  const from = image.from ?? options.source;
  if (from === null) throw fail("source-missing");
  if (path.tag !== undefined && path.digest !== undefined) throw fail("tag-and-digest");
  try {
    const sourceRepository = joinRepository(from.base, path.repository);
    return {
      line,
      kind: image.kind ?? "image",
      enabled,
      sourceHost: from.registry,
      sourceRepository,
      sourcePath: path.repository,
      tag: path.tag ?? null,
      digest: path.digest ?? null,
      ...placeComponent(
        { releaseKind: options.kind, sourceRepository, path: path.repository },
        options.rules ?? defaultMappingRules,
      ),
    };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw fail(error.facts.problem ?? "repository-malformed", error);
  }
}

const isEnabled = ({ enabled }: ListedComponent) => enabled;

const formatSource = ({ sourceHost, sourceRepository }: ListedComponent) =>
  `${sourceHost}/${sourceRepository}`;

const formatVersion = ({ tag, digest }: ListedComponent) => (tag === null ? `@${digest ?? ""}` : `:${tag}`);
