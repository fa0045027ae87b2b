import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRegistryBase } from "#lib/engine/oci/reference.ts";
import { findComponentNeeds } from "./component-needs.ts";
import { parseReleaseList, type ReleaseListKind } from "./parse-release-list.ts";
import { requiredReasons, type SuggestibleComponent, suggestRequired } from "./suggest-required.ts";

function readList(kind: ReleaseListKind, file: string): SuggestibleComponent[] {
  const text = readFileSync(new URL(`../../demo/content/${file}`, import.meta.url), "utf8");
  const source = parseRegistryBase("projects.registry.vmware.com/tkg");
  return parseReleaseList(text, { kind, source, file }).map((component) => ({
    ...component,
    id: `${component.sourcePath}:${component.tag}`,
    part: "",
    foundIn: [],
  }));
}

const named = (path: string, fields: Partial<SuggestibleComponent> = {}): SuggestibleComponent => {
  const tag = fields.tag ?? "v1";
  return {
    ...{ id: `${path}:${tag}`, sourcePath: path, sourceRepository: `tkg/${path}`, tag, enabled: true },
    ...{ part: "", foundIn: [], ...fields },
  };
};

/** Ids by their reasons. */
function suggest(kind: ReleaseListKind, components: readonly SuggestibleComponent[]) {
  const groups: Record<string, string[]> = {};
  for (const [id, reason] of suggestRequired(kind, components)) (groups[reason] ??= []).push(id);
  return groups;
}

describe("suggestRequired", () => {
  it("finds in the published list of TKG 2.1.1 what clusters need, and leaves the rest free", () => {
    const components = readList("tkg", "tkg-2.1.1-images.txt");
    expect(suggest("tkg", components)).toEqual({
      documents: [
        ...["tkg-bom:v2.1.1", "tkg-compatibility:v15", "tkr-bom:v1.24.10_vmware.1-tkg.2"],
        "tkr-compatibility:v23",
      ],
      control_plane: [
        ...["coredns:v1.8.6_vmware.17", "etcd:v3.5.6_vmware.6", "kube-apiserver:v1.24.10_vmware.1"],
        ...["kube-controller-manager:v1.24.10_vmware.1", "kube-proxy:v1.24.10_vmware.1"],
        ...["kube-scheduler:v1.24.10_vmware.1", "kube-vip:v0.5.7_vmware.1", "pause:3.7"],
      ],
      network: [
        "packages/core/antrea:v1.7.2_vmware.1-tkg.1-advanced",
        "antrea-advanced-debian:v1.7.2_vmware.1",
      ],
      packages: [
        ...["packages/core/kapp-controller:v0.41.5_vmware.1-tkg.1"],
        ...[
          "packages/core/metrics-server:v0.6.2_vmware.1-tkg.1",
          "packages/core/repo:v1.24.10_vmware.1-tkg.2",
        ],
        ...["packages/core/secretgen-controller:v0.11.2_vmware.1-tkg.1", "kapp-controller:v0.41.5_vmware.1"],
        ...["metrics-server:v0.6.2_vmware.1", "secretgen-controller:v0.11.2_vmware.1"],
      ],
      cluster_api: [
        ...["cert-manager-cainjector:v1.10.1_vmware.1", "cert-manager-controller:v1.10.1_vmware.1"],
        ...["cert-manager-webhook:v1.10.1_vmware.1", "cluster-api/cluster-api-controller:v1.2.8_vmware.1"],
        "cluster-api/kubeadm-bootstrap-controller:v1.2.8_vmware.1",
        "cluster-api/kubeadm-control-plane-controller:v1.2.8_vmware.1",
      ],
    });
  });

  it("finds all of Container Service Extension's list that is on", () => {
    const components = readList("getting_started_airgapped", "dependencies.txt");
    const on = components.filter(({ enabled }) => enabled);
    expect(components.length).toBeGreaterThan(on.length);
    expect([...suggestRequired("getting_started_airgapped", components).keys()]).toEqual(
      on.map(({ id }) => id),
    );
  });

  it("takes of several Kubernetes releases the newest, and what belongs to none of them", () => {
    const release = (version: string) => {
      const foundIn = [`tkr-bom ${version}`];
      const tag = version.replace("+", "_");
      return [
        named("tkr-bom", { tag, part: "tkr-bom", foundIn: ["tkr-compatibility v35"] }),
        named("tkr-repository-vsphere-nonparavirt", {
          tag,
          part: "tkr-package-repo",
          foundIn: ["tkg-bom v2"],
        }),
        named("kube-proxy", { tag, foundIn }),
        named("pause", { tag: "3.7", foundIn: ["tkr-bom v1.9.1+vmware.1", "tkr-bom v1.24.10+vmware.1"] }),
      ];
    };
    const components = [...release("v1.9.1+vmware.1"), ...release("v1.24.10+vmware.1")];
    const kubeVip = named("kube-vip", { foundIn: ["tkg-bom v2"] });
    expect(suggest("tkg", [...components, kubeVip])).toEqual({
      documents: ["tkr-bom:v1.24.10_vmware.1"],
      packages: ["tkr-repository-vsphere-nonparavirt:v1.24.10_vmware.1"],
      control_plane: ["pause:3.7", "kube-proxy:v1.24.10_vmware.1", "kube-vip:v1"],
    });
  });

  it("takes Calico only where there is no Antrea", () => {
    const images = [named("calico-all/cni"), named("packages/core/calico")];
    expect(suggest("tkg", images)).toEqual({ network: ["calico-all/cni:v1", "packages/core/calico:v1"] });
    const both = [...images, named("antrea-advanced-debian")];
    expect(suggest("tkg", both)).toEqual({ network: ["antrea-advanced-debian:v1"] });
    const off = [...images, named("antrea-advanced-debian", { enabled: false })];
    expect(suggest("tkg", off).network).toHaveLength(2);
  });

  it("knows images of TKG where only their whole names are kept", () => {
    const components = [named("", { sourceRepository: "mirror/tkg/etcd", id: "etcd" })];
    expect(suggest("tkg", components)).toEqual({ control_plane: ["etcd"] });
  });

  it("takes the inventory of plug-ins, and nothing of a list of something else", () => {
    const plugins = [named("plugin-inventory", { tag: "latest" }), named("linux/amd64/package")];
    expect(suggest("tanzu_plugins", plugins)).toEqual({ plug_ins: ["plugin-inventory:latest"] });
    expect(suggest("list", [named("jetstack/cert-manager-webhook"), named("kindest/node")])).toEqual({});
  });

  it("names only what is there and on, and leaves no suggestion without what it needs", () => {
    const known = [
      ...readList("tkg", "tkg-2.1.1-images.txt"),
      ...readList("getting_started_airgapped", "dependencies.txt"),
      named("tkg-bom", { part: "tkg-bom", foundIn: ["tkg-bom v1"] }),
      named("etcd", { foundIn: ["tkg-bom v1"] }),
    ];
    const components = fc.uniqueArray(fc.constantFrom(...known), { selector: ({ id }) => id });
    const kinds = fc.constantFrom<ReleaseListKind>(
      "tkg",
      "getting_started_airgapped",
      "tanzu_plugins",
      "list",
    );
    fc.assert(
      fc.property(kinds, components, (kind, list) => {
        const suggested = suggestRequired(kind, list);
        const on = new Set(list.filter(({ enabled }) => enabled).map(({ id }) => id));
        for (const [id, reason] of suggested) {
          expect(on.has(id)).toBe(true);
          expect(requiredReasons).toContain(reason);
        }
        const needs = findComponentNeeds(
          kind,
          list.filter(({ enabled }) => enabled),
        );
        for (const id of suggested.keys()) {
          for (const group of needs.get(id) ?? [])
            expect(group.some((each) => suggested.has(each))).toBe(true);
        }
        expect(new Set(suggestRequired(kind, list.toReversed()).keys())).toEqual(new Set(suggested.keys()));
      }),
    );
  });
});
