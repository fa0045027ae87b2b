import { stringify } from "yaml";

/** Objects as YAML documents, one after another; long texts stay on one line, since base64 must. */
export const formatYaml = (...documents: readonly object[]): string =>
  documents.map((each) => stringify(each, { lineWidth: 0, aliasDuplicateObjects: false })).join("---\n");
