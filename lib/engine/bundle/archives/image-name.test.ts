import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseRepository } from "../../oci/reference.ts";
import { parseDockerName, parseLayoutName, repositoryOfFile } from "./image-name.ts";

const fallback = parseRepository("from-file");
const refName = (text: string) => parseLayoutName({ "org.opencontainers.image.ref.name": text }, fallback);

describe("a name of Docker's", () => {
  test.each([
    ["alpine:3", "library/alpine", "3", "docker.io/library/alpine:3"],
    ["grafana/grafana:11.0", "grafana/grafana", "11.0", "docker.io/grafana/grafana:11.0"],
    ["docker.io/alpine:3", "library/alpine", "3", "docker.io/library/alpine:3"],
    ["docker.io/library/alpine:3", "library/alpine", "3", "docker.io/library/alpine:3"],
    ["index.docker.io/library/alpine:3", "library/alpine", "3", "docker.io/library/alpine:3"],
    ["localhost/app:dev", "app", "dev", "localhost/app:dev"],
    ["registry:5000/a/b:v1", "a/b", "v1", "registry:5000/a/b:v1"],
    ["ghcr.io/a/b/c:v1", "a/b/c", "v1", "ghcr.io/a/b/c:v1"],
    ["ghcr.io/a", "a", undefined, "ghcr.io/a"],
    [`ghcr.io/a:v1@sha256:${"0".repeat(64)}`, "a", "v1", `ghcr.io/a:v1@sha256:${"0".repeat(64)}`],
  ])("%s is %s with tag %s", (text, repository, tag, original) => {
    expect(parseDockerName(text)).toEqual({ repository, ...(tag !== undefined && { tag }), original });
  });

  test.each(["", ":", "UPPER:1", "<none>:<none>", "a/../b:1", "ghcr.io/", "a:b c", "/x:1"])(
    "%j is none",
    (text) => {
      expect(parseDockerName(text)).toBeNull();
    },
  );
});

describe("a name in an image layout", () => {
  test.each([
    ["v1", "from-file", "v1"],
    ["latest", "from-file", "latest"],
    ["tkg/app:v1", "tkg/app", "v1"],
    ["app:v1", "app", "v1"],
    ["tkg/app", "tkg/app", undefined],
    ["projects.registry.vmware.com/tkg/app:v1", "tkg/app", "v1"],
    ["localhost:5000/app:v1", "app", "v1"],
    [`tkg/app@sha256:${"0".repeat(64)}`, "tkg/app", undefined],
  ])("%s is %s with tag %s", (text, repository, tag) => {
    expect(refName(text)).toMatchObject({ repository, ...(tag !== undefined && { tag }) });
  });

  test("is containerd's where both are there", () => {
    const name = parseLayoutName(
      { "io.containerd.image.name": "docker.io/library/app:v2", "org.opencontainers.image.ref.name": "v2" },
      fallback,
    );
    expect(name).toEqual({ repository: "library/app", tag: "v2", original: "docker.io/library/app:v2" });
  });

  test.each(["", "../../etc", "-", "UPPER/x:1"])("%j is none", (text) => {
    expect(refName(text)).toBeNull();
  });
});

describe("the name of a file", () => {
  test.each([
    ["nginx-1.25.tar", "nginx-1-25"],
    ["My Image (1).tar", "my-image-1"],
    ["app.oci.tar", "app"],
    ["layout", "layout"],
    ["한글.tar", "image"],
    [".tar", "image"],
  ])("%s makes %s", (file, repository) => {
    expect(repositoryOfFile(file)).toBe(repository);
  });

  test("always makes a repository", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (file) => {
        const repository = repositoryOfFile(file);
        expect(parseRepository(repository)).toBe(repository);
      }),
    );
  });
});
