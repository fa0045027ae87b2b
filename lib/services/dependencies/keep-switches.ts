import {
  formatDependenciesDocument,
  listDocumentComponents,
  selectLines,
} from "#lib/domain/catalog/dependencies-document.ts";
import { formatComponentKey } from "#lib/domain/catalog/component-key.ts";
import type { MappingRule } from "#lib/domain/catalog/target-mapping.ts";
import type { Component } from "#lib/db/generated/client.ts";
import { type DocumentRow, parseDocument } from "./read-document.ts";

type Switched = Pick<Component, "sourceHost" | "sourceRepository" | "tag" | "digest" | "enabled">;

/** A document that was read anew, with the components on and off that somebody has switched so. */
export function keepSwitches(
  release: Pick<DocumentRow, "kind" | "name" | "version" | "source">,
  text: string,
  components: readonly Switched[],
  rules: readonly MappingRule[],
): string {
  const document = parseDocument(release, text, rules);
  const on = new Set(components.filter(({ enabled }) => enabled).map(formatComponentKey));
  const { components: listed } = listDocumentComponents(document);
  const lines = listed.filter((component) => on.has(formatComponentKey(component))).map(({ line }) => line);
  return formatDependenciesDocument(selectLines(document, new Set(lines)));
}
