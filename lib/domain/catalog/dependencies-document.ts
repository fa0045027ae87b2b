import { type EngineError } from "#lib/engine/oci/errors.ts";
import { lineError } from "#lib/engine/oci/image-list.ts";
import {
  gatherComponents,
  type GatheredComponents,
  type ListedComponent,
  parseReleaseLines,
  type ReleaseLine,
  type ReleaseListOptions,
} from "./parse-release-list.ts";

/** A line of a dependencies.txt: `before`, `mark` while its component is off, and `after` are its text. */
interface DependenciesLine {
  /** From 1. */
  readonly number: number;
  /** As the file was read; null for comments, blank lines and what is not understood. */
  readonly component: ListedComponent | null;
  /** Whether it is on now. */
  readonly enabled: boolean;
  /** What stands on the line of a component, blanks and `#` aside; none where there is no component. */
  readonly columns: readonly string[];
  /** Why nothing is understood of it; null for all that is understood, and for comments. */
  readonly error: EngineError | null;
  readonly before: string;
  /** The run of `#` that stood there when the file was read, or else the `#` that leaves the component out. */
  readonly mark: string;
  /** To the line feed, which does not belong to it; a carriage return does. */
  readonly after: string;
}

/**
 * A dependencies.txt that can be edited without changing what is not meant. It is what the file was, and what is on: a
 * component that was off as `## host path tag` and is switched on and off again has both its `#`, so going back and
 * forth ends where it began.
 */
export interface DependenciesDocument {
  /** Named in errors. */
  readonly file: string;
  readonly lines: readonly DependenciesLine[];
}

/**
 * Reads a list line by line, by the rules of `parseReleaseList`; any text is a document, and none is refused.
 *
 * Whoever reads the edited text anew finds the same components. One exception: where column 1 is a bare name, or has
 * capitals, a line that is off reads as the prose it could be.
 *
 * @param text as decoded from the file, byte order mark and line ends included
 */
export function parseDependenciesDocument(text: string, options: ReleaseListOptions): DependenciesDocument {
  const contents = text.split("\n");
  const parsed = parseReleaseLines(text, options);
  return {
    file: options.file,
    lines: parsed.map((line, index) => toDocumentLine(line, contents[index] ?? "", index + 1)),
  };
}

function toDocumentLine(line: ReleaseLine, content: string, number: number): DependenciesLine {
  if (line.kind !== "component") {
    const error = line.kind === "invalid" ? line.error : null;
    return {
      number,
      component: null,
      enabled: false,
      columns: [],
      error,
      before: "",
      mark: "",
      after: content,
    };
  }
  const { component, off } = line;
  // A byte order mark is one only as the first thing in the file.
  const start = content.startsWith("\uFEFF") ? 1 : 0;
  const { indent, mark, rest } = off ?? {
    indent: content.slice(0, start),
    mark: "#",
    rest: content.slice(start),
  };
  return {
    number,
    component,
    enabled: component.enabled,
    columns: rest.trim().split(/\s+/),
    error: null,
    before: indent,
    mark,
    after: rest,
  };
}

/** The text of the file; of an unchanged document exactly the one it was read from. */
export function formatDependenciesDocument({ lines }: DependenciesDocument): string {
  return lines
    .map(({ enabled, before, mark, after }) => `${before}${enabled ? "" : mark}${after}`)
    .join("\n");
}

/** The components as they are on and off now: what `parseReleaseList` makes of the text. */
export function listDocumentComponents({ file, lines }: DependenciesDocument): GatheredComponents {
  return gatherComponents(
    lines.flatMap(({ component, enabled }) => (component ? [{ ...component, enabled }] : [])),
    file,
  );
}

/**
 * Switches the component of one line on or off: one run of `#` comes or goes, and nothing else. A repeated line is a
 * line of its own here.
 *
 * @param number of the line, from 1
 * @throws EngineError `list-line-invalid` when the line has no component
 */
export function switchLine(
  document: DependenciesDocument,
  number: number,
  enabled: boolean,
): DependenciesDocument {
  const line = document.lines[number - 1];
  if (!line?.component) throw refuseLine(document, number);
  if (line.enabled === enabled) return document;
  return { ...document, lines: document.lines.with(number - 1, { ...line, enabled }) };
}

/**
 * Switches exactly these components on, all others off. A component that was on, or off, in the file as it was read keeps
 * its lines as they stood there, whatever happened to them since; one that stands twice is switched off on all its lines.
 *
 * @param enabledLines numbers of lines, from 1
 * @throws EngineError `list-line-invalid` for a line that has no component
 */
export function selectLines(
  document: DependenciesDocument,
  enabledLines: ReadonlySet<number>,
): DependenciesDocument {
  const { file, lines } = document;
  const read = lines.flatMap(({ component }) => (component ? [component] : []));
  const { components, repeats } = gatherComponents(read, file);
  const groups = new Map(components.map((component) => [component.line, { component, wanted: false }]));
  for (const number of enabledLines) {
    const group = groups.get(repeats.get(number) ?? number);
    if (!group) throw refuseLine(document, number);
    group.wanted = true;
  }
  return {
    file,
    lines: lines.map((line) => {
      if (!line.component) return line;
      const group = groups.get(repeats.get(line.number) ?? line.number);
      const stays = !group || group.wanted === group.component.enabled;
      const enabled = stays ? line.component.enabled : group.wanted && group.component.line === line.number;
      return { ...line, enabled };
    }),
  };
}

function refuseLine({ file, lines }: DependenciesDocument, number: number): EngineError {
  return lineError(file, number, "columns", lines[number - 1]?.after ?? "");
}
