import { expect, test } from "vitest";
import { suggestName } from "./suggest-name.ts";

test.each([
  [["bundle.json", "tkg-v2.1.1-002.tar", "tkg-v2.1.1-001.tar", "SHA256SUMS"], "tkg-v2.1.1"],
  [["tkg.tar"], "tkg"],
  [["plugin_bundle.tar.gz"], "plugin_bundle"],
  [["My bundle (1).tar"], "My-bundle-1-"],
  [["_.tar"], ""],
  [["bundle.json"], ""],
  [[], ""],
])("of %j it is %j", (files, name) => {
  expect(suggestName(files)).toBe(name);
});
