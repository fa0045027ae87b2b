import { describe, expect, it } from "vitest";
import { findComponentNeeds, type KnownComponent } from "./component-needs.ts";
import type { ReleaseListKind } from "./parse-release-list.ts";

const named = (
  sourcePath: string,
  tag: string,
  { part = "", foundIn = [] }: Partial<Pick<KnownComponent, "part" | "foundIn">> = {},
): KnownComponent => ({
  id: `${sourcePath}:${tag}`,
  sourcePath,
  sourceRepository: `project/${sourcePath}`,
  tag,
  part,
  foundIn,
});
const needsOf = (kind: ReleaseListKind, components: readonly KnownComponent[]) =>
  Object.fromEntries(findComponentNeeds(kind, components));

describe("findComponentNeeds", () => {
  it("leads from an image to the documents that name it, and from those to theirs", () => {
    const tkg = "tkg-bom v2.1.1";
    const tkr = "tkr-bom v1.24.10+vmware.1-tkg.2";
    expect(
      needsOf("tkg", [
        named("tkg-compatibility", "v9", { part: "tkg-compatibility", foundIn: ["tkg-compatibility v9"] }),
        named("tkg-bom", "v2.1.1", { part: "tkg-bom", foundIn: [tkg] }),
        named("tkr-compatibility", "v35", { part: "tkr-compatibility", foundIn: [tkg] }),
        named("tkr-bom", "v1.24.10_vmware.1-tkg.2", { part: "tkr-bom", foundIn: ["tkr-compatibility v35"] }),
        named("tkr/repository", "v1.24.10_vmware.1-tkg.2", { part: "tkr-package-repo", foundIn: [tkg] }),
        named("tkr/package", "v1.24.10_vmware.1-tkg.2", { part: "tkr-package", foundIn: [tkg] }),
        named("etcd", "v3", { part: "kubernetes", foundIn: [tkr] }),
        named("antrea", "v1", { part: "antrea", foundIn: [tkg, tkr, "tkr-bom v1.2.3"] }),
      ]),
    ).toEqual({
      "tkg-bom:v2.1.1": [["tkg-compatibility:v9"]],
      "tkr-compatibility:v35": [["tkg-bom:v2.1.1"]],
      "tkr-bom:v1.24.10_vmware.1-tkg.2": [
        ["tkr-compatibility:v35"],
        ["tkr/repository:v1.24.10_vmware.1-tkg.2"],
        ["tkr/package:v1.24.10_vmware.1-tkg.2"],
      ],
      "tkr/repository:v1.24.10_vmware.1-tkg.2": [["tkg-bom:v2.1.1"], ["tkr-bom:v1.24.10_vmware.1-tkg.2"]],
      "tkr/package:v1.24.10_vmware.1-tkg.2": [["tkg-bom:v2.1.1"], ["tkr-bom:v1.24.10_vmware.1-tkg.2"]],
      "etcd:v3": [["tkr-bom:v1.24.10_vmware.1-tkg.2"]],
      "antrea:v1": [["tkg-bom:v2.1.1", "tkr-bom:v1.24.10_vmware.1-tkg.2"]],
    });
  });

  it("keeps Kubernetes releases apart", () => {
    const components = ["v1.23.8_vmware.2", "v1.24.10_vmware.1"].flatMap((tag) => [
      named("tkr-bom", tag, { part: "tkr-bom" }),
      named("tkr/repository", tag, { part: "tkr-package-repo" }),
    ]);
    expect(needsOf("tkg", components)["tkr-bom:v1.23.8_vmware.2"]).toEqual([
      ["tkr/repository:v1.23.8_vmware.2"],
    ]);
  });

  it("knows that no plug-in is found without the inventory", () => {
    expect(
      needsOf("tanzu_plugins", [
        named("plugin-inventory", "latest"),
        named("vmware/tkg/telemetry", "v1", {
          part: "telemetry@global:v1",
          foundIn: ["vmware-tkg/default:v2"],
        }),
      ]),
    ).toEqual({ "vmware/tkg/telemetry:v1": [["plugin-inventory:latest"]] });
  });

  it("knows what clusters of Container Service Extension consist of", () => {
    const needs = needsOf("getting_started_airgapped", [
      named("csi-crs-airgapped", "1.6.0"),
      named("cloud-director-named-disk-csi-driver", "1.6.0"),
      named("sig-storage/csi-attacher", "v3.2.1"),
      named("sig-storage/csi-attacher", "v4"),
      named("sig-storage/csi-provisioner", "v2.2.2"),
    ]);
    expect(needs).toEqual({
      "csi-crs-airgapped:1.6.0": [["cloud-director-named-disk-csi-driver:1.6.0"]],
      // Of an image in two versions one will do; what the list has not nobody can turn on.
      "cloud-director-named-disk-csi-driver:1.6.0": [
        ["sig-storage/csi-attacher:v3.2.1", "sig-storage/csi-attacher:v4"],
        ["sig-storage/csi-provisioner:v2.2.2"],
      ],
    });
  });

  it("says nothing of what it does not know", () => {
    expect(needsOf("list", [named("a/b", "v1"), named("toString", "v1")])).toEqual({});
    expect(needsOf("tkg", [named("a/b", "v1"), named("c/d", "v1")])).toEqual({});
  });
});
