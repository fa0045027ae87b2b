import fc from "fast-check";
import { expect, test } from "vitest";
import { startExportInput } from "#lib/schemas/bundles.ts";
import { suggestBundleName } from "./suggest-bundle-name.ts";

const none: ReadonlySet<string> = new Set();

test("a bundle is called as its first release", () => {
  const tkg = { name: "Tanzu Kubernetes Grid", version: "v2.1.1" };
  expect(suggestBundleName([tkg, { name: "Other", version: "v1" }], none)).toBe(
    "tanzu-kubernetes-grid-v2.1.1",
  );
  const taken = new Set(["tanzu-kubernetes-grid-v2.1.1", "tanzu-kubernetes-grid-v2.1.1-2"]);
  expect(suggestBundleName([tkg], taken)).toBe("tanzu-kubernetes-grid-v2.1.1-3");
  expect(suggestBundleName([], none)).toBe("");
  expect(suggestBundleName([{ name: "이미지", version: "…" }], none)).toBe("");
});

test("whatever releases are called, the name can be used as it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.string(), (name, version) => {
      const suggested = suggestBundleName([{ name, version }], none);
      expect(suggested === "" || startExportInput.shape.name.parse(suggested) === suggested).toBe(true);
    }),
  );
});
