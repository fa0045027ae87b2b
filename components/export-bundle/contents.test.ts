import { expect, test } from "vitest";
import { formOf, listFormats, usualContents } from "./contents.ts";

const full = {
  ...usualContents,
  volume: { kind: "dvd" },
  baseBundleId: "6f9619ff-8b86-4d01-b42d-00c04fc964ff",
  sign: true,
  extraFiles: ["harbor.ova"],
} as const;

test("a Drayage bundle has all that was chosen", () => {
  const { baseBundleId, sign, extraFiles } = full;
  const volumeBytes = 4_697_620_480;
  expect(formOf(full)).toEqual({ format: "drayage", volumeBytes, baseBundleId, sign, extraFiles });
  expect(formOf({ ...full, volume: { kind: "other", mebibytes: "" } })).toBeNull();
});

test("tars of imgpkg have nothing of what only a Drayage bundle can have", () => {
  const bare = { format: "imgpkg", volumeBytes: null, baseBundleId: null, sign: false, extraFiles: [] };
  expect(formOf({ ...full, format: "imgpkg" })).toEqual(bare);
  expect(formOf({ ...full, format: "imgpkg", volume: { kind: "other", mebibytes: "" } })).toEqual(bare);
});

test("only one release of plug-ins, whole, can become a bundle of them", () => {
  const releases = [
    { id: "plug-ins", kind: "tanzu_plugins" },
    { id: "tkg", kind: "tkg" },
  ] as const;
  const offersPlugins = (selection: Parameters<typeof listFormats>[1]) =>
    listFormats(releases, selection).includes("tanzu_plugins");
  expect(offersPlugins({ "plug-ins": "all" })).toBe(true);
  expect(offersPlugins({ "plug-ins": ["one"] })).toBe(false);
  expect(offersPlugins({ "plug-ins": "all", tkg: "all" })).toBe(false);
  expect(offersPlugins({ tkg: "all" })).toBe(false);
});
