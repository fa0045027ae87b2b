import { expect, it } from "vitest";
import {
  codesOf,
  containerRegistryQuery,
  findClusterProblems,
  retiredHost,
  saveContainerRegistryInput,
} from "./container-registry.ts";
import type { FindingView } from "./doctor.ts";

const finding = (
  code: string,
  facts: Record<string, unknown> = {},
  change: Partial<FindingView> = {},
): FindingView => ({ step: "trust", code, severity: "error", facts, ...change });

it("takes for a problem of clusters what nodes suffer from, and not what only the panel does", () => {
  const findings = [
    finding("trust-refused", { list: "panel" }),
    finding("trust-refused", { list: "cluster" }),
    finding("chain-unknown-authority", { lists: ["panel"] }),
    finding("chain-expired", { lists: ["panel", "bootstrap_vm"] }),
    finding("trust-lists-differ", {}, { severity: "warning" }),
    finding("push-forbidden", {}, { step: "push" }),
    finding("vcd-failed", {}, { step: "cloud-director" }),
    finding("image-missing", { path: "a/tkg" }, { step: "images" }),
    finding("image-missing", { path: "a/tanzu_cli/plugins" }, { step: "images" }),
    finding("skipped", { reason: "failed" }, { step: "images", severity: "skipped" }),
  ];
  const problems = findClusterProblems("harbor.example.com", findings);
  expect(codesOf(problems)).toEqual(["trust-refused", "chain-expired", "image-missing"]);
  expect(problems).toHaveLength(4);
});

it("says of a retired registry that it is, whatever was found", () => {
  expect(codesOf(findClusterProblems("projects.registry.vmware.com", []))).toEqual([retiredHost]);
});

const skipped = (step: string, by: string) =>
  finding("skipped", { reason: "failed", by }, { step, severity: "skipped" });

it("takes nothing for well that was not looked at since the panel's own proxy failed, or took too long", () => {
  const unseen = [skipped("protocol", "proxy"), skipped("images", "proxy"), skipped("push", "proxy")];
  for (const code of ["proxy-unreachable", "time-over"]) {
    const problems = findClusterProblems("harbor.example.com", [
      finding(code, {}, { step: "proxy" }),
      ...unseen,
    ]);
    expect(problems.map(({ finding: of }) => of?.step)).toEqual(["protocol", "images"]);
  }
  expect(findClusterProblems("harbor.example.com", [skipped("cloud-director", "push")])).toEqual([]);
});

it("goes by HTTPS, as clusters do, whatever the panel's settings say of TLS", () => {
  const of = (code: string, severity: "warning" | "error") =>
    codesOf(findClusterProblems("harbor.example.com", [finding(code, {}, { step: "protocol", severity })]));
  expect(of("protocol-plain-http-wanted", "warning")).toEqual(["protocol-plain-http-wanted"]);
  expect(of("protocol-tls-instead", "error")).toEqual([]);
});

it("takes a retired host, and nothing that is no container registry URL", () => {
  const parse = (url: string) => saveContainerRegistryInput.safeParse({ url, seen: null, confirmed: [] });
  expect(parse("projects.registry.vmware.com").success).toBe(true);
  expect(parse("[2001:db8::1]:5000/base").success).toBe(true);
  for (const url of ["", "https://harbor.example.com", "harbor.example.com/", "harbor.example.com/tkg"]) {
    expect(parse(url).error?.issues.map(({ message }) => message)).toEqual(["registry-url"]);
  }
});

it("opens the page with what was typed, or with nothing where that is too long", () => {
  expect(containerRegistryQuery.parse({ url: "harbor.example.com" })).toMatchObject({
    ...{ url: "harbor.example.com", sort: "displayName", kind: "" },
  });
  expect(containerRegistryQuery.parse({ url: "a".repeat(2000), kind: "other" })).toMatchObject({
    ...{ url: "", kind: "" },
  });
});
