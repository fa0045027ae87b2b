import { expect, test } from "vitest";
import { defaultMappingRules } from "./target-mapping-defaults.ts";
import { findSourcePath } from "./find-source-path.ts";
import { parseReleaseList } from "./parse-release-list.ts";

test.each([
  ["tkg", "a.io", "proxy/tkg/etcd", "tkg/etcd", "", "etcd"],
  ["tkg", "a.io", "proxy/tkg/etcd", "tkg/etcd", "a.io/proxy", "tkg/etcd"],
  ["getting_started_airgapped", "a.io", "x/cpi", "vmware-cloud-director/cpi", "", "cpi"],
  ["tanzu_plugins", "a.io", "tanzu_cli/plugins/v/x", "tanzu_cli/plugins/v/x", "", "v/x"],
  ["list", "a.io", "a/b", "a/b", "", "a/b"],
  // Nothing of its target is in its name.
  ["list", "a.io", "a/b", "c", "other.io/a", "a/b"],
] as const)("%s: %s/%s, which goes to %s from “%s”, is %s there", (...row) => {
  const [releaseKind, sourceHost, sourceRepository, targetPath, base, expected] = row;
  expect(findSourcePath({ releaseKind, sourceHost, sourceRepository, targetPath, base })).toBe(expected);
});

test("finds what a list has said, where its images go by the usual rules", () => {
  const text = [
    "a.io/vmware-cloud-director cpi-crs-airgapped 1.6.0",
    "registry.k8s.io sig-storage/csi-attacher v3.2.1",
    "a.io/p cluster-api/kubeadm v1",
  ].join("\n");
  const kind = "getting_started_airgapped";
  const listed = parseReleaseList(text, { kind, source: null, file: "x", rules: defaultMappingRules });
  for (const { sourcePath, ...component } of listed) {
    expect(findSourcePath({ ...component, releaseKind: kind, base: "" })).toBe(sourcePath);
  }
});
