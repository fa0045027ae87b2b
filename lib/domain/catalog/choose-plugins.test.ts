import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EngineError } from "#lib/engine/oci/errors.ts";
import { formatImagePath } from "#lib/engine/oci/reference.ts";
import { choosePlugins, type PluginChoice } from "./choose-plugins.ts";
import { parsePluginInventory } from "./plugin-inventory.ts";

// As the Tanzu CLI creates it, https://github.com/vmware-tanzu/tanzu-cli, pkg/plugininventory/data/sqlite.
const schema = `
CREATE TABLE IF NOT EXISTS "PluginBinaries" (
  "PluginName" TEXT NOT NULL, "Target" TEXT NOT NULL, "RecommendedVersion" TEXT NOT NULL, "Version" TEXT NOT NULL,
  "Hidden" TEXT NOT NULL, "Description" TEXT NOT NULL, "Publisher" TEXT NOT NULL, "Vendor" TEXT NOT NULL,
  "OS" TEXT NOT NULL, "Architecture" TEXT NOT NULL, "Digest" TEXT NOT NULL, "URI" TEXT NOT NULL,
  PRIMARY KEY("PluginName", "Target", "Version", "OS", "Architecture"));
CREATE TABLE IF NOT EXISTS "PluginGroups" (
  "Vendor" TEXT NOT NULL, "Publisher" TEXT NOT NULL, "GroupName" TEXT NOT NULL, "GroupVersion" TEXT NOT NULL,
  "Description" TEXT NOT NULL, "PluginName" TEXT NOT NULL, "Target" TEXT NOT NULL, "PluginVersion" TEXT NOT NULL,
  "Mandatory" TEXT NOT NULL, "Hidden" TEXT NOT NULL,
  PRIMARY KEY("Vendor", "Publisher", "GroupName", "GroupVersion", "PluginName", "Target"));`;

type BinaryRow = readonly [name: string, target: string, version: string, recommended?: string, uri?: string];
type GroupRow = readonly [
  group: string,
  version: string,
  name: string,
  target: string,
  pluginVersion: string,
];

const machines = [
  ["darwin", "arm64"],
  ["linux", "amd64"],
] as const;

function buildInventory(binaries: readonly BinaryRow[], groups: readonly GroupRow[]): Uint8Array {
  const database = new DatabaseSync(":memory:");
  database.exec(schema);
  const addBinary = database.prepare(
    "INSERT INTO PluginBinaries VALUES (?, ?, ?, ?, 'false', '', 'tkg', 'vmware', ?, ?, 'ab', ?)",
  );
  for (const [name, target, version, recommended = "", uri] of binaries) {
    for (const [os, architecture] of machines) {
      const path = uri ?? `vmware/tkg/${os}/${architecture}/${target}/${name}:${version}`;
      addBinary.run(name, target, recommended, version, os, architecture, path);
    }
  }
  const addGroup = database.prepare(
    "INSERT INTO PluginGroups VALUES (?, ?, ?, ?, 'A group', ?, ?, ?, 'true', 'false')",
  );
  for (const [group, version, name, target, pluginVersion] of groups) {
    const [vendor = "", publisher = "", groupName = ""] = group.split(/[-/]/);
    addGroup.run(vendor, publisher, groupName, version, name, target, pluginVersion);
  }
  const bytes = database.serialize();
  database.close();
  return bytes;
}

const inventory = parsePluginInventory(
  buildInventory(
    [
      ["telemetry", "global", "v1.0.0"],
      ["telemetry", "global", "v1.9.0"],
      ["telemetry", "global", "v1.10.0"],
      ["telemetry", "global", "v1.10.1"],
      ["cluster", "kubernetes", "v0.28.0"],
      ["cluster", "kubernetes", "v0.29.0"],
      ["cluster", "mission-control", "v1.0.0"],
      ["secret", "kubernetes", "v0.1.0", "v0.1.0"],
      ["secret", "kubernetes", "v0.2.0", "v0.1.0"],
      ["doctor", "global", "v1.0.0"],
    ],
    [
      ["vmware-tkg/default", "v2.3.0", "cluster", "kubernetes", "v0.28.0"],
      ["vmware-tkg/default", "v2.3.0", "telemetry", "global", "v1"],
      ["vmware-tkg/default", "v2.3.1", "cluster", "kubernetes", "v0.28.0"],
      ["vmware-tkg/default", "v2.10.0", "cluster", "kubernetes", "v0.29.0"],
      ["vmware-tkg/default", "v2.10.0", "gone", "kubernetes", "v3.0.0"],
      ["vmware-tanzucli/essentials", "v1.0.0", "telemetry", "global", "v1.9.0"],
      ["vmware-tanzucli/essentials", "v0.9.0", "doctor", "global", "v1.0.0"],
    ],
  ),
);

const names = (choice: PluginChoice) =>
  choosePlugins(inventory, choice).plugins.map(({ name, target, version }) => `${name}@${target}:${version}`);
const groups = (choice: PluginChoice) =>
  choosePlugins(inventory, choice).groups.map(
    ({ vendor, publisher, name, version }) => `${vendor}-${publisher}/${name}:${version}`,
  );
/** What everybody gets who chooses anything. */
const essential = "telemetry@global:v1.9.0";
const essentials = "vmware-tanzucli/essentials:v1.0.0";

describe("a group", () => {
  test("is its newest version unless one is given, and the essentials come along", () => {
    expect(groups({ groups: ["vmware-tkg/default"] })).toEqual([essentials, "vmware-tkg/default:v2.10.0"]);
    expect(names({ groups: ["vmware-tkg/default"] })).toEqual(["cluster@kubernetes:v0.29.0", essential]);
    expect(groups({ groups: ["vmware-tkg/default:latest"] })).toEqual(
      groups({ groups: ["vmware-tkg/default"] }),
    );
  });

  test("of a version has the plug-ins of that, the newest where its version is shortened", () => {
    expect(names({ groups: ["vmware-tkg/default:v2.3.0"] })).toEqual([
      "cluster@kubernetes:v0.28.0",
      essential,
      "telemetry@global:v1.10.1",
    ]);
  });

  test("of a shortened version is all that it begins", () => {
    expect(groups({ groups: ["vmware-tkg/default:v2.3"] })).toEqual([
      essentials,
      "vmware-tkg/default:v2.3.0",
      "vmware-tkg/default:v2.3.1",
    ]);
  });

  test("that names what the inventory has not is chosen without it, which is told", () => {
    expect(choosePlugins(inventory, { groups: ["vmware-tkg/default:v2.10.0"] }).missing).toEqual([
      { name: "gone", target: "kubernetes", version: "v3.0.0" },
    ]);
  });

  test("asked for twice comes once", () => {
    const twice = {
      groups: ["vmware-tkg/default", "vmware-tkg/default:v2.10.0", "vmware-tanzucli/essentials"],
    };
    expect(groups(twice)).toEqual([essentials, "vmware-tkg/default:v2.10.0"]);
  });
});

describe("a plug-in", () => {
  test("is its newest version, by numbers, for all targets unless they are given", () => {
    expect(names({ plugins: ["telemetry"] })).toEqual([essential, "telemetry@global:v1.10.1"]);
    expect(names({ plugins: ["cluster"] })).toEqual([
      "cluster@kubernetes:v0.29.0",
      "cluster@mission-control:v1.0.0",
      essential,
    ]);
    expect(names({ plugins: ["cluster@kubernetes:v0.28.0"] })).toEqual([
      "cluster@kubernetes:v0.28.0",
      essential,
    ]);
    expect(names({ plugins: ["cluster@tmc"] })).toEqual(["cluster@mission-control:v1.0.0", essential]);
  });

  test("is the version that all rows recommend", () => {
    expect(names({ plugins: ["secret"] })).toContain("secret@kubernetes:v0.1.0");
    expect(names({ plugins: ["secret"] })).not.toContain("secret@kubernetes:v0.2.0");
  });

  test("of a shortened version is all that it begins, and no other", () => {
    expect(names({ plugins: ["telemetry:v1.10"] })).toEqual([
      essential,
      "telemetry@global:v1.10.0",
      "telemetry@global:v1.10.1",
    ]);
    expect(() => names({ plugins: ["telemetry:v1.1"] })).toThrow(EngineError);
  });

  test("brings no group but the essentials", () => {
    expect(groups({ plugins: ["cluster"] })).toEqual([essentials]);
  });
});

test("without a choice all is chosen", () => {
  const all = choosePlugins(inventory, {});
  expect(all.binaries).toHaveLength(inventory.binaries.length);
  expect(all.groups).toHaveLength(5);
  expect(all.plugins).toHaveLength(10);
});

test("machines leave the binaries of others out, and what none is left of", () => {
  const linux = [{ os: "linux", architecture: "amd64" }];
  const chosen = choosePlugins(inventory, { plugins: ["telemetry"], machines: linux });
  expect(chosen.binaries.map(({ image }) => formatImagePath(image))).toEqual([
    "vmware/tkg/linux/amd64/global/telemetry:v1.9.0",
    "vmware/tkg/linux/amd64/global/telemetry:v1.10.1",
  ]);
  const other = choosePlugins(inventory, {
    plugins: ["telemetry:v1.0.0"],
    machines: [{ os: "linux", architecture: "arm64" }],
  });
  expect(other.binaries).toEqual([]);
  expect(other.plugins).toEqual([]);
  expect(other.missing.map(({ version }) => version)).toEqual(["v1.9.0", "v1.0.0"]);
});

test.each([
  { groups: ["vmware-tkg/none"] },
  { groups: ["vmware-tkg/default:v9"] },
  { groups: ["vmware/default"] },
  { groups: ["a-b-c/default"] },
  { groups: ["vmware-tkg/default:v1:v2"] },
  { plugins: ["none"] },
  { plugins: ["cluster@global"] },
  { plugins: ["telemetry:v2"] },
  { plugins: ["@global"] },
  { plugins: ["__proto__"] },
])("what the inventory has not is refused: %j", (choice) => {
  const [value] = Object.values(choice).flat();
  try {
    choosePlugins(inventory, choice);
  } catch (error) {
    expect(error).toMatchObject({ code: "plugin-unknown", facts: { value } });
    return;
  }
  throw new Error("it was chosen");
});

test("an image that leads out of the inventory's folder is refused once it is chosen", () => {
  const evil = parsePluginInventory(
    buildInventory(
      [
        ["good", "global", "v1.0.0"],
        ["evil", "global", "v1.0.0", "", "../../etc:v1"],
      ],
      [],
    ),
  );
  expect(choosePlugins(evil, { plugins: ["good"] }).binaries).toHaveLength(2);
  expect(() => choosePlugins(evil, { plugins: ["evil"] })).toThrow(
    expect.objectContaining({ code: "reference-invalid" }),
  );
});

test("whatever is asked for, what is chosen is offered and in order", () => {
  const ids = fc.array(
    fc.constantFrom("telemetry", "cluster", "cluster@k8s:v0", "secret:v0.1.0", "doctor@global"),
  );
  fc.assert(
    fc.property(ids, fc.subarray(["vmware-tkg/default", "vmware-tkg/default:v2"]), (plugins, groupIds) => {
      const chosen = choosePlugins(inventory, { plugins, groups: groupIds });
      const again = choosePlugins(inventory, {
        plugins: [...plugins].reverse().flatMap((id) => [id, id]),
        groups: [...groupIds].reverse(),
      });
      expect(again).toMatchObject({
        binaries: chosen.binaries,
        plugins: chosen.plugins,
        groups: chosen.groups,
      });
      const offered = new Set(inventory.binaries.map(({ uri }) => uri));
      expect(chosen.binaries.every(({ uri }) => offered.has(uri))).toBe(true);
      expect(new Set(chosen.binaries.map(({ uri }) => uri)).size).toBe(chosen.binaries.length);
    }),
  );
});
