import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { digestBytes } from "../../oci/digest.ts";
import { EngineError } from "../../oci/errors.ts";
import { parseTag } from "../../oci/reference.ts";
import { formatTarName, hasHost, makeRelative } from "./tar-path.ts";

const digest = digestBytes("image");
const tagged = (tag: string) => ({ tag: parseTag(tag), digest });

test("a tar is named by path and tag, or by the digest of what has none", () => {
  expect(formatTarName("calico-all/cni", tagged("v3.24.1_vmware.1"))).toBe(
    "calico-all-cni-v3.24.1_vmware.1.tar",
  );
  expect(formatTarName("a/b", { digest })).toBe(`a-b-${digest.replace(":", "-")}.tar`);
});

test("a host has a dot or a port, and something after it", () => {
  expect(["testing.io/ako-operator", "localhost/a", "localhost:5000/a", "10.0.0.1/a/b"].map(hasHost)).toEqual(
    [true, true, true, true],
  );
  expect(["tkg-bom", "calico-all/cni", "a.b", "", "/a", "registry/a"].map(hasHost)).toEqual(
    Array.from({ length: 6 }, () => false),
  );
});

describe("the path below an importer's base", () => {
  test.each([
    // As isolated-cluster writes it for this one image, and as its sources have it for their test.
    ["projects.registry.vmware.com/tkg/tkg-bom", "tkg-bom-v2.3.0.tar", "v2.3.0", "tkg-bom"],
    ["testing.io/ako-operator", "ako-operator-v1.6.0_vmware.16.tar", "v1.6.0_vmware.16", "ako-operator"],
    // A mirror of one's own, with a path of any length.
    ["mirror.test:5000/a/b/tkg/packages/core", "packages-core-v1.tar", "v1", "packages/core"],
    ["mirror.test/tkg/packages/core", "tkg-packages-core-v1.tar", "v1", "tkg/packages/core"],
    // A repository that looks like a host, exported by ourselves.
    ["foo.bar/baz", "foo.bar-baz-v1.tar", "v1", "foo.bar/baz"],
    // Renamed tars: host and known project are left out.
    ["projects.registry.vmware.com/tkg/tkg-bom", "renamed.tar", "v2.3.0", "tkg-bom"],
    ["projects.registry.vmware.com/tkg", "renamed.tar", "v1", "tkg"],
    ["mirror.test/other/app", "renamed.tar", "v1", "other/app"],
  ])("%s of %s", (path, file, tag, expected) => {
    expect(makeRelative(path, file, tagged(tag))).toBe(expected);
  });

  test("is found again for whatever was read below any host and project", () => {
    const part = fc.stringMatching(/^[a-z0-9]{1,6}(?:[._-][a-z0-9]{1,4})?$/);
    const parts = fc.array(part, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(parts, parts, fc.stringMatching(/^\w[\w.-]{0,20}$/), (project, path, tag) => {
        const relative = path.join("/");
        const file = formatTarName(relative, tagged(tag));
        const found = makeRelative(`r.test:5000/${[...project, ...path].join("/")}`, file, tagged(tag));
        // Of what would be named alike, the longest.
        expect(formatTarName(found, tagged(tag))).toBe(file);
        expect(found.length).toBeGreaterThanOrEqual(relative.length);
      }),
    );
  });

  test("is refused where nothing like a repository is left", () => {
    expect(() => makeRelative("r.test/UPPER", "x.tar", tagged("v1"))).toThrow(EngineError);
    expect(() => makeRelative("r.test/../x", "x.tar", tagged("v1"))).toThrow(EngineError);
  });
});
