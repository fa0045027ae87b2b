import { describe, expect, it } from "vitest";
import { findReleaseInput } from "#lib/schemas/discoveries.ts";
import { blankDraft, type FindDraft, formatInput, listLines, sourceAt, toDraftError } from "./find-draft.ts";

const today = "2026-11-29";
const draft = (change: Partial<FindDraft>): FindDraft => ({ ...blankDraft("v0.1.4"), ...change });

describe("a draft", () => {
  it("is complete from the start, by the newest list that is known", () => {
    expect(findReleaseInput.parse(formatInput(draft({}), today))).toEqual({
      name: "getting-started-airgapped",
      version: "v0.1.4",
      source: "projects.registry.vmware.com/vmware-cloud-director",
      request: { kind: "getting_started_airgapped", tag: "v0.1.4" },
    });
  });

  it("asks for what is typed in lines, whatever blank ones are between", () => {
    const { name, version, request } = formatInput(
      draft({ kind: "tkg", tkgVersion: "v2.1.1", kubernetesReleases: "\n v1.24.10+vmware.1-tkg.2 \n\n" }),
      today,
    );
    expect([name, version]).toEqual(["Tanzu Kubernetes Grid", "v2.1.1"]);
    expect(request).toEqual({
      kind: "tkg",
      version: "v2.1.1",
      kubernetesReleases: ["v1.24.10+vmware.1-tkg.2"],
      infrastructures: ["vsphere-nonparavirt"],
    });
  });

  it.each([
    ["", "", ["Tanzu CLI plug-ins", today]],
    ["vmware-tkg/default:v2.3.1", "", ["vmware-tkg/default", "v2.3.1"]],
    ["vmware-tkg/default:v2.3.1", "package@kubernetes:v0.32.1", ["Tanzu CLI plug-ins", today]],
    ["a/b:v1\nc/d:v2", "", ["Tanzu CLI plug-ins", today]],
    ["vmware-tkg/default", "", ["Tanzu CLI plug-ins", today]],
  ])("of the groups %j and plug-ins %j is called %j", (groups, plugins, title) => {
    const { name, version } = formatInput(draft({ kind: "tanzu_plugins", groups, plugins }), today);
    expect([name, version]).toEqual(title);
  });

  it("is called as a person calls it, even by nothing", () => {
    const { name, version } = formatInput(draft({ name: "Mine", version: "" }), today);
    expect([name, version]).toEqual(["Mine", ""]);
  });

  it("keeps the vendor's paths at a registry that stands in", () => {
    expect(sourceAt("tanzu_plugins", "harbor.example:8443/airgap")).toBe(
      "harbor.example:8443/airgap/tanzu_cli/plugins",
    );
    expect(sourceAt("tkg", "")).toBe("projects.registry.vmware.com/tkg");
  });

  it("is told what is wrong by its own fields", () => {
    const fields = {
      "request.version": { code: "tkg-version-format", facts: {} },
      "request.kubernetesReleases.3": { code: "invalid", facts: {} },
      source: { code: "required", facts: {} },
    };
    const { facts } = toDraftError({ code: "invalid-input", facts: { fields } });
    expect(Object.keys(facts.fields as object)).toEqual(["tkgVersion", "kubernetesReleases", "source"]);
    const other = { code: "name-taken", facts: { what: "release", name: "x" } };
    expect(toDraftError(other)).toBe(other);
  });
});

it("counts no blank line", () => {
  expect(listLines(" \n\n a\n")).toEqual(["a"]);
});
