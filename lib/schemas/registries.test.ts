import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EngineError } from "#lib/engine/oci/errors.ts";
import { parseRegistryHost, parseRepository } from "#lib/engine/oci/reference.ts";
import { basePath, createRegistryInput, resolvedPaths } from "./registries.ts";

const host = createRegistryInput.shape.host;
const caPem = createRegistryInput.shape.caPem;
const problemOf = (result: { error?: { issues: { message: string }[] } | undefined }) =>
  result.error?.issues[0]?.message ?? null;

function refuses(parse: () => unknown): boolean {
  try {
    parse();
    return false;
  } catch (error) {
    if (error instanceof EngineError) return true;
    throw error;
  }
}

describe("registry input", () => {
  it.each([
    ["harbor.example.com", null],
    ["HARBOR.example.com:8443", null],
    ["[2001:db8::1]:5000", null],
    ["localhost", null],
    ["", "required"],
    ["https://harbor.example.com", "host-has-scheme"],
    ["harbor.example.com/", "host-has-path"],
    ["harbor.example.com/base", "host-has-path"],
    ["harbor example", "host-format"],
    ["harbor.example.com:0", "host-format"],
    ["harbor.example.com:99999", "host-format"],
    ["2001:db8::1", "host-format"],
  ])("says of the host %j: %s", (text, problem) => {
    expect(problemOf(host.safeParse(text))).toBe(problem);
  });

  it.each([
    ["", null],
    ["team-a/mirror", null],
    ["team/", "path-trailing-slash"],
    ["Team", "path-upper-case"],
    ["/team", "path-format"],
    ["team//a", "path-format"],
    ["base/tkg", "path-ends-in-folder"],
    ["tkg", "path-ends-in-folder"],
    ["base/vmware-cloud-director", "path-ends-in-folder"],
    ["base/tanzu_cli/plugins", "path-ends-in-folder"],
    ["tanzu_cli", "path-ends-in-folder"],
    ["my-tkg", null],
  ])("says of the base path %j: %s", (text, problem) => {
    expect(problemOf(basePath.safeParse(text))).toBe(problem);
  });

  it.each([
    ["-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n", null],
    ["subject=CN = my-registry\n-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----", null],
    ["-----BEGIN RSA PRIVATE KEY-----\nQUJD\n-----END RSA PRIVATE KEY-----", "pem-private-key"],
    ["-----BEGIN PRIVATE KEY-----", "pem-private-key"],
    ["not PEM", "pem-format"],
    ["-----BEGIN CERTIFICATE-----\nQUJD", "pem-format"],
  ])("says of the PEM text %j: %s", (text, problem) => {
    expect(problemOf(caPem.safeParse(text))).toBe(problem);
  });

  // Form and engine each have the grammar: they must not disagree about what is saved and what can be asked.
  it("takes exactly the hosts and paths that the engine takes", () => {
    const parts = fc.constantFrom(
      "a",
      "B",
      "1",
      ".",
      "-",
      "_",
      ":",
      "/",
      "[",
      "]",
      "80",
      "x-y",
      "::1",
      " ",
      "é",
    );
    const texts = fc.array(parts, { minLength: 1, maxLength: 8 }).map((all) => all.join("").trim());
    fc.assert(
      fc.property(texts, (text) => {
        fc.pre(text !== "");
        expect(host.safeParse(text).success).toBe(!refuses(() => parseRegistryHost(text)));
        expect(basePath.safeParse(text).success).toBe(!refuses(() => parseRepository(text)));
      }),
      { numRuns: 2000 },
    );
  });

  it("shows the three paths side by side, below a base or at the root", () => {
    expect(resolvedPaths("harbor", "")).toEqual([
      "harbor/tkg",
      "harbor/vmware-cloud-director",
      "harbor/tanzu_cli/plugins",
    ]);
    expect(resolvedPaths("harbor", "a/b")[0]).toBe("harbor/a/b/tkg");
  });
});
