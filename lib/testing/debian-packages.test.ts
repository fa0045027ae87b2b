import { expect, test } from "vitest";
import { parseLibraryDependencies, parseMissingLibraries } from "./debian-packages.ts";

test("takes the first choice of each library dependency and leaves those of the system", () => {
  const depends =
    "golang-github-containers-common, libc6 (>= 2.34), libdevmapper1.02.1 (>= 2:1.02.97), libgpgme11:any | libgpgme11t64";
  expect(parseLibraryDependencies(depends)).toEqual(["libdevmapper1.02.1", "libgpgme11"]);
  expect(parseLibraryDependencies("")).toEqual([]);
});

test("reads what ldd could not resolve", () => {
  const output = [
    "\tlinux-vdso.so.1 (0x00007ffd)",
    "\tlibgpgme.so.11 => not found",
    "\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f)",
  ].join("\n");
  expect(parseMissingLibraries(output)).toEqual(["libgpgme.so.11"]);
});
