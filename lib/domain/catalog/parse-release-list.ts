import { EngineError, type ReferenceProblem } from "#lib/engine/oci/errors.ts";
import { assertListSize, lineError, type ListedImage, parseListLine } from "#lib/engine/oci/image-list.ts";
import {
  beginsWithHost,
  formatImagePath,
  joinRepository,
  parseRepository,
  type RegistryBase,
  type RegistryHost,
  type Repository,
} from "#lib/engine/oci/reference.ts";
import { placeComponent } from "./place-component.ts";
import { defaultMappingRules } from "./target-mapping-defaults.ts";
import type { MappingRule } from "./target-mapping.ts";

/** What a list is of; decides where its images stand below a destination's base. */
export type ReleaseListKind = "tkg" | "getting_started_airgapped" | "tanzu_plugins" | "list";

/** One line of a release. Exactly one of tag and digest is set; of a line with both the digest counts. */
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
  | {
      readonly kind: "component";
      readonly component: ListedComponent;
      readonly off: CommentParts | null;
      /** The tag of a line that names a digest as well: what is read is known by its digest, at the target, too. */
      readonly tagLeftOut: string | null;
    }
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

/** What is made of a list. */
export interface ReadList {
  readonly components: readonly ListedComponent[];
  /** `list-line-invalid` of each bad line, in the order of the lines. */
  readonly problems: readonly EngineError[];
  /** Lines with a tag and a digest. */
  readonly tagsLeftOut: readonly { readonly line: number; readonly tag: string }[];
}

/**
 * The components of a release, from the text of its list.
 *
 * In dependencies.txt a `#` in front of a whole line makes a disabled component; all other lines with `#` are comments. A
 * line that stands twice is one component.
 *
 * @throws EngineError `list-empty`, `list-too-large`, or `list-line-invalid` with file, line and problem: besides what
 * cannot be parsed, a line without a registry, or that wants another image under a taken tag
 */
export function parseReleaseList(text: string, options: ReleaseListOptions): ListedComponent[] {
  const { components, problems } = readReleaseList(text, options);
  const [error] = problems;
  if (error !== undefined) throw error;
  return [...components];
}

/**
 * As `parseReleaseList`, of a list whose bad lines do not spoil the others: each is a problem.
 *
 * @throws EngineError `list-empty`, `list-too-large`; the first problem when no line can be used
 */
export function readReleaseList(text: string, options: ReleaseListOptions): ReadList {
  const list = surveyReleaseList(text, options);
  if (list.components.length === 0) {
    const { file } = options;
    throw (
      list.problems[0] ?? new EngineError("list-empty", { operation: "read-list", file, retryable: false })
    );
  }
  return list;
}

/** As `readReleaseList`, of a list that may have nothing that can be used. @throws EngineError `list-too-large` */
export function surveyReleaseList(text: string, options: ReleaseListOptions): ReadList {
  const { file } = options;
  assertText(text, file);
  assertListSize(text, file);
  const lines = parseReleaseLines(text, options);
  const listed = lines.flatMap((line) => (line.kind === "component" ? [line] : []));
  const { components, conflicts } = gatherComponents(
    listed.map(({ component }) => component),
    file,
  );
  const invalid = lines.flatMap((line) => (line.kind === "invalid" ? [line.error] : []));
  return {
    components,
    problems: [...invalid, ...conflicts].sort((a, b) => (a.facts.line ?? 0) - (b.facts.line ?? 0)),
    tagsLeftOut: listed.flatMap(({ component: { line }, tagLeftOut }) =>
      tagLeftOut === null ? [] : [{ line, tag: tagLeftOut }],
    ),
  };
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
    const { tag = null, digest } = image.path;
    return {
      kind: "component",
      component: toComponent(image, off === null, options),
      off,
      tagLeftOut: digest === undefined ? null : tag,
    };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    // Whatever stands behind a #, it does no harm there.
    return off === null ? { kind: "invalid", error: withLikelyFix(error, content) } : { kind: "comment" };
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
  const { line, kind = "image", path: named } = image;
  const fail = (problem: ReferenceProblem, cause?: unknown) =>
    lineError(options.file, line, problem, formatImagePath(named), cause);
  const { from, path } = findEnds(image, options.source);
  if (from === null)
    throw fail("source-missing").withFacts({ known: `${dockerHub}/${formatShortName(named)}` });
  if (!beginsWithHost(`${from.registry}/`)) {
    const host = options.source?.registry ?? dockerHub;
    const columns = `${formatBase(from)} ${named.repository} ${named.tag ?? ""}`;
    throw fail("host-missing").withFacts({ known: `${host}/${columns}` });
  }
  try {
    const sourceRepository = joinRepository(from.base, path);
    return {
      line,
      kind,
      enabled,
      sourceHost: from.registry,
      sourceRepository,
      sourcePath: path,
      // The digest says which image is meant; a tag beside it may have moved since.
      tag: named.digest === undefined ? (named.tag ?? null) : null,
      digest: named.digest ?? null,
      ...placeComponent(
        { releaseKind: options.kind, sourceRepository, path },
        options.rules ?? defaultMappingRules,
      ),
    };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw fail(error.facts.problem ?? "repository-malformed", error);
  }
}

/** Where an image is read, and its path below that; a full name begins at the list's source if it lies there. */
function findEnds(
  { from, isFullName, path: { repository } }: ListedImage,
  source: RegistryBase | null,
): { from: RegistryBase | null; path: Repository } {
  const isBelow =
    isFullName === true &&
    source !== null &&
    `${from?.registry ?? ""}/${repository}`.startsWith(`${formatBase(source)}/`);
  if (!isBelow) return { from: from ?? source, path: repository };
  const path = source.base === "" ? repository : parseRepository(repository.slice(source.base.length + 1));
  return { from: source, path };
}

/** What Docker takes a name without a registry for. */
const dockerHub = "docker.io";

function formatShortName(path: ListedImage["path"]): string {
  return path.repository.includes("/") ? formatImagePath(path) : `library/${formatImagePath(path)}`;
}

function formatBase({ registry, base }: RegistryBase): string {
  return base === "" ? registry : `${registry}/${base}`;
}

/** An address out of a browser is a name but for its beginning. */
function withLikelyFix(error: EngineError, content: string): EngineError {
  if (error.facts.problem !== "scheme") return error;
  return error.withFacts({ known: content.trim().replace(/(^|\s)[a-z][a-z0-9+.-]*:\/\//gi, "$1") });
}

const isEnabled = ({ enabled }: ListedComponent) => enabled;

const formatSource = ({ sourceHost, sourceRepository }: ListedComponent) =>
  `${sourceHost}/${sourceRepository}`;

const formatVersion = ({ tag, digest }: ListedComponent) => (tag === null ? `@${digest ?? ""}` : `:${tag}`);
