import { expect, test } from "vitest";
import { dependenciesText, listDependencies, listTkgImages, tkgImageList } from "./vendor-lists.ts";

test("reads every line of the TKG list", () => {
  const images = listTkgImages();
  expect(images).toHaveLength(222);
  expect(images.filter((image) => image.kind === "bundle")).toHaveLength(25);
  const written = images.map(
    ({ kind, repository, tag }) =>
      `${kind === "bundle" ? "-b" : "-i"} ${repository.slice("tkg/".length)}:${tag}\n`,
  );
  expect(written.join("")).toBe(tkgImageList);
});

test("reads every component of dependencies.txt, those left out as well", () => {
  const images = listDependencies();
  const rows = dependenciesText.split("\n").filter((line) => /^#?\S+\.\S+ \S+ \S+$/.test(line));
  expect(images).toHaveLength(rows.length);
  expect(images.filter((image) => !image.enabled)).toHaveLength(3);
  expect(new Set(images.map((image) => image.host))).toEqual(
    new Set(["projects.registry.vmware.com", "registry.k8s.io", "quay.io", "docker.io"]),
  );
  const attacher = images.find((image) => image.repository === "sig-storage/csi-attacher");
  expect(attacher).toMatchObject({
    tag: "v3.2.1",
    targetPath: "vmware-cloud-director/sig-storage/csi-attacher",
  });
  const provider = images.find((image) => image.repository.endsWith("/cluster-api-provider-cloud-director"));
  expect(provider?.targetPath).toBe("vmware-cloud-director/cluster-api-provider-cloud-director");
});
