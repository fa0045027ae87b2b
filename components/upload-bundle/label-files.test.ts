import fc from "fast-check";
import { expect, test } from "vitest";
import { beginUploadInput } from "#lib/schemas/bundles.ts";
import { labelFiles } from "./label-files.ts";

test("files are called after the first of them", () => {
  expect(labelFiles(["tanzu-cli-bundle-linux-amd64.tar.gz", "harbor.ova"])).toBe(
    "tanzu-cli-bundle-linux-amd64.tar.gz",
  );
  expect(labelFiles(["Harbor (1).ova"])).toBe("Harbor-1-.ova");
  expect(labelFiles(["…"])).toBe("files");
  expect(labelFiles([])).toBe("files");
});

test("whatever files are called, an upload of them can be called so", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme", maxLength: 300 })), (names) => {
      const label = labelFiles(names);
      expect(beginUploadInput.shape.name.parse(label)).toBe(label);
    }),
  );
});
