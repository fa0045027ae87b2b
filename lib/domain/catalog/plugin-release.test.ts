import { describe, expect, test } from "vitest";
import { EngineError } from "#lib/engine/oci/errors.ts";
import { digestBytes } from "#lib/engine/oci/digest.ts";
import type { PluginBinary, PluginInventory } from "./plugin-inventory.ts";
import { listPluginRelease } from "./plugin-release.ts";
import { listPluginOffers } from "./plugin-release-offers.ts";

const machines = ["darwin/arm64", "linux/amd64"];

function binariesOf(name: string, target: string, version: string, uri?: string): PluginBinary[] {
  return machines.map((machine) => {
    const [os = "", architecture = ""] = machine.split("/");
    return {
      ...{ name, target, version, os, architecture, sha256: "ab", recommendedVersion: "" },
      description: `${name} ${version}`,
      uri: uri ?? `vmware/tkg/${machine}/${target}/${name}:${version}`,
    };
  });
}

function groupOf(id: string, version: string, ...plugins: readonly string[]) {
  const [vendor = "", publisher = "", name = ""] = id.split(/[-/]/);
  return {
    ...{ vendor, publisher, name, version, description: `${name} ${version}` },
    plugins: plugins.map((plugin) => {
      const [pluginName = "", target = "", pluginVersion = ""] = plugin.split(/[@:]/);
      return { name: pluginName, target, version: pluginVersion };
    }),
  };
}

const inventory: PluginInventory = {
  binaries: [
    ...binariesOf("telemetry", "global", "v1.9.0"),
    ...binariesOf("telemetry", "global", "v1.10.0"),
    ...binariesOf("cluster", "kubernetes", "v0.28.0"),
    ...binariesOf("cluster", "mission-control", "v1.0.0"),
  ],
  groups: [
    groupOf("vmware-tkg/default", "v2.9.0", "cluster@kubernetes:v0.28.0"),
    groupOf("vmware-tkg/default", "v2.10.0", "cluster@kubernetes:v0.28.0", "telemetry@global:v1"),
    groupOf("vmware-tkg/broken", "v1.0.0", "gone@global:v1.0.0"),
    groupOf("vmware-tanzucli/essentials", "v1.0.0", "telemetry@global:v1.9.0"),
  ],
};

describe("the images of a choice", () => {
  test("are the inventory, the plug-ins of its groups and the essentials, each with what named it", () => {
    const { components, problems, groups, plugins } = listPluginRelease(inventory, {
      groups: ["vmware-tkg/default:v2.10.0"],
      machines: [{ os: "linux", architecture: "amd64" }],
    });
    const named = (repositoryPath: string, tag: string, group: string, ...foundIn: readonly string[]) => ({
      ...{ repositoryPath, tag, digest: null, group, foundIn },
    });
    expect(components).toEqual([
      named("plugin-inventory", "latest", "plugin-inventory", "plugin-inventory"),
      named(
        "vmware/tkg/linux/amd64/kubernetes/cluster",
        "v0.28.0",
        "cluster@kubernetes:v0.28.0",
        "vmware-tkg/default:v2.10.0",
      ),
      named(
        "vmware/tkg/linux/amd64/global/telemetry",
        "v1.9.0",
        "telemetry@global:v1.9.0",
        "vmware-tanzucli/essentials:v1.0.0",
      ),
      named(
        "vmware/tkg/linux/amd64/global/telemetry",
        "v1.10.0",
        "telemetry@global:v1.10.0",
        "vmware-tkg/default:v2.10.0",
      ),
    ]);
    expect(problems).toEqual([]);
    expect(groups).toHaveLength(2);
    expect(plugins).toHaveLength(3);
  });

  test("of a plug-in by itself are found in the inventory", () => {
    const { components } = listPluginRelease(inventory, { plugins: ["cluster@tmc"] });
    const cluster = components.filter(({ group }) => group === "cluster@mission-control:v1.0.0");
    expect(cluster.map(({ foundIn }) => foundIn)).toEqual([["plugin-inventory"], ["plugin-inventory"]]);
  });

  test("come without what the inventory lacks, which is told", () => {
    const { problems } = listPluginRelease(inventory, { groups: ["vmware-tkg/broken"] });
    expect(problems).toEqual([
      {
        code: "plugin-unknown",
        facts: { operation: "read-file", value: "gone@global:v1.0.0", retryable: false },
      },
    ]);
    expect(() => listPluginRelease(inventory, { groups: ["vmware-tkg/none"] })).toThrow(EngineError);
  });

  test("come once where machines share one, and by digest where that is written", () => {
    const digest = digestBytes(Buffer.from("x"));
    const shared = {
      binaries: binariesOf("any", "global", "v1.0.0", `any/any:v1.0.0@${digest}`),
      groups: [],
    };
    const { components } = listPluginRelease(shared, {});
    expect(components.slice(1)).toMatchObject([{ repositoryPath: "any/any", tag: null, digest }]);
  });
});

describe("what can be chosen", () => {
  test("is groups and plug-ins with their versions, the newest first, and machines", () => {
    const offers = listPluginOffers(inventory);
    expect(offers.groups).toEqual([
      {
        id: "vmware-tanzucli/essentials",
        description: "essentials v1.0.0",
        versions: ["v1.0.0"],
        isEssential: true,
      },
      { id: "vmware-tkg/broken", description: "broken v1.0.0", versions: ["v1.0.0"], isEssential: false },
      {
        id: "vmware-tkg/default",
        description: "default v2.10.0",
        versions: ["v2.10.0", "v2.9.0"],
        isEssential: false,
      },
    ]);
    expect(offers.plugins.map(({ name, target, versions }) => [name, target, ...versions])).toEqual([
      ["cluster", "kubernetes", "v0.28.0"],
      ["cluster", "mission-control", "v1.0.0"],
      ["telemetry", "global", "v1.10.0", "v1.9.0"],
    ]);
    expect(offers.plugins[2]).toMatchObject({ description: "telemetry v1.10.0", machines });
    expect(offers.machines).toEqual(machines);
    expect(offers.isCut).toBe(false);
  });

  test("can be chosen by what it is called", () => {
    for (const { id, versions } of listPluginOffers(inventory).groups) {
      for (const version of versions) listPluginRelease(inventory, { groups: [`${id}:${version}`] });
    }
    for (const { name, target, versions } of listPluginOffers(inventory).plugins) {
      for (const version of versions) {
        const { components } = listPluginRelease(inventory, { plugins: [`${name}@${target}:${version}`] });
        expect(components.map(({ group }) => group)).toContain(`${name}@${target}:${version}`);
      }
    }
  });

  test("is cut to what a page holds, the newest versions kept, and says so", () => {
    const many = {
      binaries: Array.from({ length: 1_200 }, (_, at) => binariesOf("one", "global", `v1.0.${at}`)).flat(),
      groups: Array.from({ length: 1_200 }, (_, at) => groupOf(`vmware-tkg/g${at}`, "v1.0.0")),
    };
    const offers = listPluginOffers(many);
    expect(offers.isCut).toBe(true);
    expect(offers.groups).toHaveLength(1_000);
    expect(offers.plugins[0]?.versions).toHaveLength(200);
    expect(offers.plugins[0]?.versions[0]).toBe("v1.0.1199");
  });
});
