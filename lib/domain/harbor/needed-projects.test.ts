import fc from "fast-check";
import { expect, test } from "vitest";
import { listNeededProjects, projectOf } from "./needed-projects.ts";
import { isProjectName } from "./project-name.ts";

const repositories = [
  "tkg/kube-proxy",
  "tkg/packages/core/repo",
  "vmware-cloud-director/sig-storage/csi-attacher",
  "tanzu_cli/plugins/plugin-inventory",
];

test("takes the first component of each repository for its project", () => {
  const { projects, withoutProject } = listNeededProjects([...repositories, "tkg/kube-proxy"]);
  expect([...projects]).toEqual(["tkg", "vmware-cloud-director", "tanzu_cli"]);
  expect(withoutProject).toEqual([]);
});

test("names repositories that Harbor has no place for", () => {
  const { projects, withoutProject } = listNeededProjects(["busybox", "tkg/etcd"]);
  expect([...projects]).toEqual(["tkg"]);
  expect(withoutProject).toEqual(["busybox"]);
});

test("finds a place for each repository, or says that there is none", () => {
  const path = fc
    .array(fc.constantFrom("a", "b", "c-d", "e_f"), { minLength: 1, maxLength: 3 })
    .map((parts) => parts.join("/"));
  fc.assert(
    fc.property(fc.uniqueArray(path), (all) => {
      const { projects, withoutProject } = listNeededProjects(all);
      for (const repository of all) {
        const project = projectOf(repository);
        if (project === null) expect(withoutProject).toContain(repository);
        else expect(projects).toContain(project);
      }
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
