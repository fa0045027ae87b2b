import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { parseRegistryBase, parseRepository } from "#lib/engine/oci/reference.ts";
import { parseReleaseList, type ReleaseListKind } from "./parse-release-list.ts";
import { mapTargets, type MappingRule } from "./target-mapping.ts";
import { defaultMappingRules } from "./target-mapping-defaults.ts";
import { matchesRepository } from "./target-mapping-match.ts";

const kinds: ReleaseListKind[] = ["tkg", "getting_started_airgapped", "tanzu_plugins", "list"];

function map(releaseKind: ReleaseListKind, base: string, path: string, rules = defaultMappingRules) {
  const sourceRepository = parseRepository(base === "" ? path : `${base}/${path}`);
  return mapTargets({ releaseKind, sourceRepository, path: parseRepository(path) }, rules).map(
    (target) => `${target.path}${target.documented ? "" : " (inferred)"}`,
  );
}

describe("the default mapping", () => {
  test.each([
    ["tkg", "tkg", "packages/core/repo", ["tkg/packages/core/repo"]],
    ["tkg", "", "tkg/etcd", ["tkg/etcd"]],
    ["tkg", "tkg", "cluster-api/cluster-api-controller", ["tkg/cluster-api/cluster-api-controller"]],
    [
      "getting_started_airgapped",
      "vmware-cloud-director",
      "cpi-crs-airgapped",
      ["vmware-cloud-director/cpi-crs-airgapped"],
    ],
    ["getting_started_airgapped", "", "vmware-cloud-director/capvcd", ["vmware-cloud-director/capvcd"]],
    ["getting_started_airgapped", "", "kindest/node", ["vmware-cloud-director/kindest/node"]],
    [
      "tanzu_plugins",
      "tanzu_cli/plugins",
      "vmware/tkg/linux/amd64/global/telemetry",
      ["tanzu_cli/plugins/vmware/tkg/linux/amd64/global/telemetry"],
    ],
    ["list", "library", "busybox", ["busybox"]],
  ] as const)("of %s takes %s + %s to %j", (kind, base, path, targets) => {
    expect(map(kind, base, path)).toEqual(targets);
  });

  it("puts what clusterctl installs flat, too, and says that this is inferred", () => {
    expect(map("getting_started_airgapped", "", "cluster-api/cluster-api-controller")).toEqual([
      "vmware-cloud-director/cluster-api/cluster-api-controller",
      "vmware-cloud-director/cluster-api-controller (inferred)",
    ]);
    expect(map("getting_started_airgapped", "", "jetstack/cert-manager-webhook")).toEqual([
      "vmware-cloud-director/jetstack/cert-manager-webhook",
      "vmware-cloud-director/cert-manager-webhook (inferred)",
    ]);
  });

  it("names a place once where a list is flat already", () => {
    expect(map("getting_started_airgapped", "cluster-api", "cluster-api-controller")).toEqual([
      "vmware-cloud-director/cluster-api-controller",
    ]);
  });

  it("puts each image where a list's own reading puts it, before any other place", () => {
    const component = fc.stringMatching(/^[a-z0-9]{1,4}$/);
    const known = fc.constantFrom(
      "tkg",
      "vmware-cloud-director",
      "tanzu_cli",
      "plugins",
      "cluster-api",
      "jetstack",
    );
    const path = fc.array(fc.oneof(component, known), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds),
        path,
        fc.array(component, { maxLength: 2 }),
        (kind, parts, project) => {
          const source = parseRegistryBase(["registry.example.com", ...project].join("/"));
          const text = `-i ${parts.join("/")}:v1`;
          const [listed] = parseReleaseList(text, { kind, source, file: "list" });
          const mapped = mapTargets(
            {
              releaseKind: kind,
              sourceRepository: listed?.sourceRepository ?? parseRepository("none"),
              path: parseRepository(parts.join("/")),
            },
            defaultMappingRules,
          );
          expect(mapped[0]?.path).toBe(listed?.targetPath);
          expect(mapped[0]?.documented).toBe(true);
        },
      ),
    );
  });
});

describe("mapTargets", () => {
  const own = (match: string, ...templates: string[]): MappingRule => ({
    id: match,
    releaseKind: "list",
    match,
    targets: templates.map((template) => ({ template, documented: false })),
  });

  it("takes the first rule that fits, and none of another kind", () => {
    const rules = [
      own("a/*", "first/{path}"),
      own("**", "rest/{name}", "one/place"),
      { ...own("**", "tkg"), releaseKind: "tkg" as const },
    ];
    expect(map("list", "", "a/b", rules)).toEqual(["first/a/b (inferred)"]);
    expect(map("list", "", "a/b/c", rules)).toEqual(["rest/c (inferred)", "one/place (inferred)"]);
  });

  it("takes nothing anywhere when no rule fits", () => {
    expect(map("list", "", "b", [own("a", "{path}")])).toEqual([]);
  });

  it("refuses a name that becomes too long", () => {
    const path = Array.from({ length: 120 }, () => "a").join("/");
    expect(() => map("list", "", path, [own("**", `${"f".repeat(20)}/{path}`)])).toThrow(
      expect.objectContaining({ code: "reference-invalid" }) as Error,
    );
  });
});

describe("matchesRepository", () => {
  test.each([
    ["**", "a", true],
    ["tkg", "tkg/etcd", true],
    ["tkg", "tkg", true],
    ["tkg", "tkg2/etcd", false],
    ["a/*", "a/b", true],
    ["a/*", "a/b/c", false],
    ["a/**", "a", true],
    ["**/b", "b", true],
    ["**/b", "a/a/b", true],
    ["**/b/*", "a/b/b/c", true],
    ["a/**/z", "a/b/c/z", true],
    ["jetstack/cert-manager-*", "jetstack/cert-manager-webhook", true],
    ["*-manager-*", "cert-manager-webhook", true],
    ["*-manager-*", "x/cert-manager-webhook", false],
    ["a*b*c", "abbc", true],
    ["a*b*c", "abb", false],
  ])("%s, %s: %s", (pattern, repository, expected) => {
    expect(matchesRepository(pattern, repository)).toBe(expected);
  });

  it("agrees with a regular expression", () => {
    const token = fc.constantFrom("a", "b", "/", "*", "**");
    fc.assert(
      fc.property(
        fc.array(token, { maxLength: 7 }),
        fc.array(fc.constantFrom("a", "b", "/"), { maxLength: 8 }),
        (p, t) => {
          const clean = (parts: string[]) =>
            parts
              .join("")
              .split("/")
              .filter((part) => part !== "")
              .map((part) => (/^\*+$/.test(part) ? part.slice(0, 2) : part.replaceAll(/\*+/g, "*")))
              .join("/");
          const [pattern, text] = [clean(p), clean(t)];
          if (!pattern.includes("*") || text === "") return;
          const source = pattern
            .split("/")
            .map((part) => (part === "**" ? "(?:[^/]+/)*" : `${part.replaceAll("*", "[^/]*")}/`))
            .join("");
          expect(matchesRepository(pattern, text)).toBe(new RegExp(`^${source}$`).test(`${text}/`));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("takes no longer for patterns that are hard", () => {
    const pattern = "*a".repeat(60);
    const startedAt = performance.now();
    expect(matchesRepository(pattern, `${"a".repeat(250)}b`)).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(100);
  });
});
