import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { startExportInput } from "./bundles.ts";

const asked = {
  name: "carried",
  storeId: randomUUID(),
  releaseIds: [randomUUID()],
  sourceRegistryId: randomUUID(),
};

function problems(more: object): unknown[] {
  const { error } = startExportInput.safeParse({ ...asked, ...more });
  return (error?.issues ?? []).map(({ path, message }) => [path.join("."), message]);
}

describe("an export", () => {
  test("is a Drayage bundle without anything else unless that is asked for", () => {
    expect(startExportInput.parse(asked)).toMatchObject({ format: "drayage", extraFiles: [], sign: false });
  });

  test("as imgpkg's tars has nothing that only a Drayage bundle can have", () => {
    const format = "imgpkg";
    expect(problems({ format })).toEqual([]);
    const all = {
      volumeBytes: 64 * 1024 * 1024,
      baseBundleId: randomUUID(),
      sign: true,
      extraFiles: ["harbor.ova"],
    };
    expect(problems(all)).toEqual([]);
    for (const [field, value] of Object.entries(all)) {
      expect(problems({ format, [field]: value })).toEqual([[field, "only-in-drayage-bundle"]]);
    }
  });

  test("takes along files by their names in the folder, each once, and no paths", () => {
    expect(startExportInput.parse({ ...asked, extraFiles: ["a.iso", "a.iso"] }).extraFiles).toEqual([
      "a.iso",
    ]);
    for (const name of ["", ".hidden", "../up", "down/there", "a\\b", "a\0b"]) {
      expect(problems({ extraFiles: [name] })).toEqual([["extraFiles.0", "file-name-format"]]);
    }
    expect(problems({ format: "docker_archive" })).toHaveLength(1);
  });
});
