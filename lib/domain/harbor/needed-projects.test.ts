import fc from "fast-check";
import { expect, test } from "vitest";
import { parseRepository } from "#lib/engine/oci/reference.ts";
import { listNeededProjects } from "./needed-projects.ts";
import { isProjectName } from "./project-name.ts";

const paths = [
  "tkg/kube-proxy",
  "tkg/packages/core/repo",
  "vmware-cloud-director/sig-storage/csi-attacher",
  "tanzu_cli/plugins/plugin-inventory",
];

test("takes the first component of each repository at the root for its project", () => {
  const { projects, withoutProject } = listNeededProjects("", [...paths, "tkg/kube-proxy"]);
  expect([...projects]).toEqual([
    ["tkg", 2],
    ["vmware-cloud-director", 1],
    ["tanzu_cli", 1],
  ]);
  expect(withoutProject).toEqual([]);
});

test("takes the first component of the base for the only project", () => {
  const { projects } = listNeededProjects(parseRepository("airgap/eu/west"), paths);
  expect([...projects]).toEqual([["airgap", 4]]);
});

test("names repositories that Harbor has no place for", () => {
  const { projects, withoutProject } = listNeededProjects("", ["busybox", "tkg/etcd"]);
  expect([...projects.keys()]).toEqual(["tkg"]);
  expect(withoutProject).toEqual(["busybox"]);
});

test("finds a place for each repository, or says that there is none", () => {
  const path = fc
    .array(fc.constantFrom("a", "b", "c-d", "e_f"), { minLength: 1, maxLength: 3 })
    .map((parts) => parts.join("/"));
  fc.assert(
    fc.property(fc.uniqueArray(path), fc.constantFrom("" as const, parseRepository("base")), (all, base) => {
      const { projects, withoutProject } = listNeededProjects(base, all);
      const counted = [...projects.values()].reduce((sum, count) => sum + count, 0);
      expect(counted + withoutProject.length).toBe(all.length);
    }),
  );
});

test.each(["tkg", "tanzu_cli", "vmware-cloud-director", "1", "a.b", "x".repeat(255)])(
  "lets a project be called %s",
  (name) => expect(isProjectName(name)).toBe(true),
);

test.each(["", "TKG", "a__b", "a--b", "-a", "a-", "a b", "a/b", "x".repeat(256)])(
  "lets no project be called %s",
  (name) => expect(isProjectName(name)).toBe(false),
);
