import { expect, test } from "vitest";
import { dependenciesText, listDependencies, listTkgImages, tkgImageList } from "./vendor-lists.ts";

test("reads every line of the TKG list", () => {
  const images = listTkgImages();
  expect(images).toHaveLength(222);
  const written = images.map(
    ({ kind, repository, tag }) =>
      `${kind === "bundle" ? "-b" : "-i"} ${repository.slice("tkg/".length)}:${tag}\n`,
  );
  expect(written.join("")).toBe(tkgImageList);
});

test("reads every component of dependencies.txt, those left out as well", () => {
  const images = listDependencies();
  const rows = dependenciesText.split("\n").filter((line) => /^#?\S+\.\S+ \S+ \S+$/.test(line));
  expect(images.map(({ host, repository, tag }) => `${host}/${repository} ${tag}`)).toEqual(
    rows.map((row) => row.replace("#", "").replace(" ", "/")),
  );
  expect(new Set(images.map((image) => image.host))).toEqual(
    new Set(["projects.registry.vmware.com", "registry.k8s.io", "quay.io", "docker.io"]),
  );
});
