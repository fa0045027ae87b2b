import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EngineError } from "#lib/engine/oci/errors.ts";
import { parseRegistryBase } from "#lib/engine/oci/reference.ts";
import {
  checkContainerRegistryUrl,
  defaultContainerRegistryUrl,
  urlProblemCodes,
} from "./container-registry-url.ts";

const codesOf = (text: string) => checkContainerRegistryUrl(text).problems.map(({ code }) => code);

function engineTakes(text: string): boolean {
  try {
    parseRegistryBase(text);
    return true;
  } catch (error) {
    if (error instanceof EngineError) return false;
    throw error;
  }
}

describe("checkContainerRegistryUrl", () => {
  test.each([
    ["base.myregistry.company.com", "base.myregistry.company.com", ""],
    ["harbor.example.com:8443", "harbor.example.com:8443", ""],
    ["harbor.example.com/air-gap/v1", "harbor.example.com", "air-gap/v1"],
    ["10.0.0.5:5000", "10.0.0.5:5000", ""],
    ["[2001:db8::1]", "[2001:db8::1]", ""],
    ["[2001:db8::1]:5000/base", "[2001:db8::1]:5000", "base"],
    ["xn--bcher-kva.example", "xn--bcher-kva.example", ""],
    ["tkg", "tkg", ""],
    ["tkg.example.com/my-tkg", "tkg.example.com", "my-tkg"],
  ])("takes %s", (text, host, base) => {
    const { url, problems, proposal } = checkContainerRegistryUrl(text);
    expect(url).toMatchObject({ host, base });
    expect(problems).toEqual([]);
    expect(proposal).toBeNull();
  });

  test("shows the three folders that clusters look in", () => {
    expect(checkContainerRegistryUrl("harbor.example.com/base").url?.paths).toEqual([
      "harbor.example.com/base/tkg",
      "harbor.example.com/base/vmware-cloud-director",
      "harbor.example.com/base/tanzu_cli/plugins",
    ]);
  });

  test("takes the default, says that it is retired, and what took its place", () => {
    const { url, problems, proposal } = checkContainerRegistryUrl(defaultContainerRegistryUrl);
    expect(url?.paths[0]).toBe("projects.registry.vmware.com/tkg");
    expect(problems).toEqual([{ code: "retired-host", value: "projects.registry.vmware.com" }]);
    expect(proposal).toBe("projects.packages.broadcom.com");
    expect(codesOf("projects.registry.vmware.com:443/mirror")).toEqual(["retired-host"]);
    expect(checkContainerRegistryUrl("https://projects.registry.vmware.com/tkg").proposal).toBe(
      "projects.packages.broadcom.com",
    );
  });

  test.each([
    ["https://harbor.example.com", ["scheme"], "harbor.example.com"],
    ["docker://harbor.example.com/base", ["scheme"], "harbor.example.com/base"],
    ["harbor.example.com/", ["trailing-slash"], "harbor.example.com"],
    ["harbor.example.com/base//", ["trailing-slash"], "harbor.example.com/base"],
    ["harbor.example.com/tkg", ["ends-in-folder"], "harbor.example.com"],
    ["harbor.example.com/base/tkg/", ["trailing-slash", "ends-in-folder"], "harbor.example.com/base"],
    ["harbor.example.com/vmware-cloud-director", ["ends-in-folder"], "harbor.example.com"],
    ["harbor.example.com/b/tanzu_cli/plugins", ["ends-in-folder"], "harbor.example.com/b"],
    ["harbor.example.com/b/tanzu_cli", ["ends-in-folder"], "harbor.example.com/b"],
    ["harbor.example.com/TKG", ["ends-in-folder"], "harbor.example.com"],
    ["Harbor.Example.COM/Base", ["upper-case"], "harbor.example.com/base"],
    [" harbor.example.com\n", ["whitespace"], "harbor.example.com"],
    ["harbor.example.com/base?x=1", ["query"], "harbor.example.com/base"],
    ["harbor.example.com/#/projects", ["query", "trailing-slash"], "harbor.example.com"],
    ["harbor.example.com/base:latest", ["tag"], "harbor.example.com/base"],
    [`harbor.example.com/b@sha256:${"a".repeat(64)}`, ["tag"], "harbor.example.com/b"],
    ["2001:db8::1", ["ipv6-brackets"], "[2001:db8::1]"],
    ["2001:DB8:0::1/base", ["upper-case", "ipv6-brackets"], "[2001:db8::1]/base"],
    ["bücher.example:5000/base", ["international-host"], "xn--bcher-kva.example:5000/base"],
    ["레지스트리.example", ["international-host"], "xn--om2b23a15p8shb5l.example"],
    ["ｈａｒｂｏｒ．example．com", ["international-host"], "harbor.example.com"],
    [
      "http://Harbor.example.com/tkg/",
      ["scheme", "trailing-slash", "ends-in-folder", "upper-case"],
      "harbor.example.com",
    ],
  ])("mends %j: %j", (text, codes, proposal) => {
    const checked = checkContainerRegistryUrl(text);
    expect(checked.url).toBeNull();
    expect(codesOf(text)).toEqual(codes);
    expect(checked.proposal).toBe(proposal);
  });

  test.each([
    ["", ["required"]],
    ["https://", ["scheme", "required"]],
    ["harbor example.com", ["whitespace"]],
    ["harbor..example.com", ["host-format"]],
    ["-harbor.example.com", ["host-format"]],
    ["harbor_1.example.com", ["host-format"]],
    ["[::1", ["host-format"]],
    ["[:::1]", ["host-format"]],
    ["[fe80::1%eth0]", ["host-format"]],
    ["harbor.example.com:", ["port-format"]],
    ["harbor.example.com:http", ["port-format"]],
    ["harbor.example.com:0", ["port-format"]],
    ["harbor.example.com:65536", ["port-format"]],
    ["harbor.example.com:123456", ["port-format"]],
    ["harbor.example.com/a//b", ["path-format"]],
    ["harbor.example.com/-a", ["path-format"]],
    ["harbor.example.com/päth", ["path-format"]],
    ["/base", ["host-format"]],
    [`harbor.example.com/${"a".repeat(201)}`, ["too-long"]],
    ["a".repeat(2000), ["too-long"]],
  ])("refuses %j and does not guess: %j", (text, codes) => {
    const checked = checkContainerRegistryUrl(text);
    expect(checked.url).toBeNull();
    expect(codesOf(text)).toEqual(codes);
    expect(checked.proposal).toBeNull();
  });

  test.each([
    "admin:s3cret@harbor.example.com",
    "https://admin:s3/cret@harbor.example.com/tkg",
    "admin:s3#cret@harbor",
  ])("repeats nothing of a password: %s", (text) => {
    const checked = checkContainerRegistryUrl(text);
    expect(checked.url).toBeNull();
    expect(JSON.stringify(checked)).not.toMatch(/s3|cret/);
  });

  test("knows each of its codes from one of these", () => {
    const texts = [
      ...[
        "",
        "a".repeat(2000),
        "a b",
        "https://a",
        "a:b@c",
        "a?b",
        "a/",
        "A",
        "a/b:c",
        "a/tkg",
        "::1",
        "ü",
        "-a",
      ],
      ...["a:x", "a/-", defaultContainerRegistryUrl],
    ];
    expect(new Set(texts.flatMap(codesOf))).toEqual(new Set(urlProblemCodes));
  });

  const piece = fc.oneof(
    fc.constantFrom(
      "https://",
      "a",
      "B",
      ".",
      "-",
      "_",
      ":",
      "/",
      "[",
      "]",
      "80",
      "::1",
      "@",
      "?",
      "#",
      " ",
      "tkg",
      "/tkg",
    ),
    fc.constantFrom(
      "tanzu_cli",
      "plugins",
      "ü",
      "한",
      "．",
      "harbor.example.com",
      "@sha256:aa",
      "%",
      "\\",
      "\n",
      "\u0000",
    ),
    fc.string({ maxLength: 3 }),
  );
  const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(""));

  test("takes only what the engine takes, unchanged", () => {
    fc.assert(
      fc.property(text, (each) => {
        const { url } = checkContainerRegistryUrl(each);
        if (url === null) return;
        expect(parseRegistryBase(each)).toEqual({ registry: url.host, base: url.base });
      }),
      { numRuns: 2000 },
    );
  });

  test("has a reason for whatever it refuses, and a proposal that it takes itself", () => {
    fc.assert(
      fc.property(text, (each) => {
        const { url, problems, proposal } = checkContainerRegistryUrl(each);
        expect(url === null && problems.length === 0).toBe(false);
        if (proposal === null) return;
        expect(checkContainerRegistryUrl(proposal)).toMatchObject({ problems: [], proposal: null });
        expect(engineTakes(proposal)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
