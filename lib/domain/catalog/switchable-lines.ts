import {
  type DependenciesDocument,
  formatDependenciesDocument,
  listDocumentComponents,
  selectLines,
} from "./dependencies-document.ts";
import type { ListedComponent } from "./parse-release-list.ts";

/** A line of a document, as it is when its component is on and when it is off. */
export interface SwitchableLine {
  /** That of the line which stands for all that say the same; null for what no switch changes. */
  readonly component: ListedComponent | null;
  readonly on: string;
  readonly off: string;
}

/**
 * The lines of a document both ways: joined by line feeds, each as its component is wanted, they are what `selectLines`
 * makes of the document, whichever components are chosen. A line that is no component, since another image has its
 * place, is switched by itself.
 */
export function listSwitchableLines(document: DependenciesDocument): SwitchableLine[] {
  const { file, lines } = document;
  const { components, repeats } = listDocumentComponents(document);
  const leading = new Map(components.map((component) => [component.line, component]));
  const on = selectLines(document, new Set(leading.keys())).lines;
  const off = selectLines(document, new Set()).lines;
  const format = (line: (typeof lines)[number]) => formatDependenciesDocument({ file, lines: [line] });
  return lines.map((line, index) => {
    if (!line.component) return { component: null, on: format(line), off: format(line) };
    const component = leading.get(repeats.get(line.number) ?? line.number);
    return {
      component: component ?? line.component,
      on: format((component && on[index]) ?? { ...line, enabled: true }),
      off: format((component && off[index]) ?? { ...line, enabled: false }),
    };
  });
}
