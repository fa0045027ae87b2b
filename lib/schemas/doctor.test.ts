import { describe, expect, it } from "vitest";
import { inputErrorCodes } from "#lib/errors-of-input.ts";
import {
  addressOf,
  doctorPageQuery,
  doctorRunsQuery,
  findExaminable,
  type FindingView,
  groupBySteps,
  listUnknownSteps,
  readPresented,
  registryAddress,
  startDoctorRunInput,
} from "./doctor.ts";

const problemOf = (text: string) => registryAddress.safeParse(text).error?.issues[0]?.message;

describe("the address of a registry", () => {
  it.each([
    ["harbor.example.com", "harbor.example.com"],
    [" https://Harbor.Example.com:8443/airgap/ ", "harbor.example.com:8443/airgap"],
    ["[FD00::5]:5000", "[fd00::5]:5000"],
    // What it says of the registry that answers no more is what somebody wants to know.
    ["projects.registry.vmware.com", "projects.registry.vmware.com"],
  ])("%s is read as a person means it", (text, address) => {
    expect(registryAddress.parse(text)).toBe(address);
  });

  it.each([
    ["", "required"],
    ["http://harbor.example.com", "host-has-scheme"],
    ["robot:secret@harbor.example.com", "url-has-credentials"],
    ["harbor.example.com/base/tkg", "path-ends-in-folder"],
    ["harbor.example.com/Base", "path-upper-case"],
    ["harbor.example.com:444444", "port-format"],
    ["har bor.example.com", "host-format"],
    ["x".repeat(2000), "too-long"],
  ])("%s is refused", (text, code) => {
    expect(problemOf(text)).toBe(code);
    expect(inputErrorCodes).toContain(code);
  });
});

it("takes the host out of the address of a page of Cloud Director", () => {
  const read = (cloudDirector: string) => {
    const { data, error } = startDoctorRunInput.safeParse({ address: "harbor.lab", cloudDirector });
    return data?.cloudDirector ?? error?.issues[0]?.message;
  };
  expect(read("https://VCD.example.com/provider/")).toBe("vcd.example.com");
  expect(read("vcd.example.com:8443")).toBe("vcd.example.com:8443");
  expect(read("")).toBe("");
  expect(read("vcd_example com")).toBe("host-format");
});

it("shows a list whatever stands in the address", () => {
  expect(doctorRunsQuery.parse({ worst: "error,nonsense", askedBy: "x", page: "-1" })).toMatchObject({
    ...{ worst: ["error"], askedBy: [], page: 1, sort: "createdAt", order: "desc" },
  });
  expect(doctorPageQuery.parse({ registry: "nonsense", address: ["a", "b"] })).toEqual({
    ...{ registry: null, address: "" },
  });
});

it("has every step in its place, and those of older versions behind", () => {
  const finding = (step: string): FindingView => ({ step, code: "x", severity: "ok", facts: {} });
  const findings = ["tls", "dns", "gone", "dns"].map(finding);
  expect(groupBySteps(findings).map(({ step, findings: of }) => [step, of.length])).toEqual(
    expect.arrayContaining([
      ["dns", 2],
      ["reach", 0],
      ["tls", 1],
    ]),
  );
  expect(listUnknownSteps(findings)).toEqual([{ step: "gone", findings: [finding("gone")] }]);
});

it("shows certificates among facts only where they can be shown", () => {
  const certificate = {
    ...{ fingerprint: "ab", subject: "CN=a", issuer: "CN=b" },
    ...{ notBefore: "2026-01-01T00:00:00.000Z", notAfter: "2027-01-01T00:00:00.000Z" },
  };
  expect(readPresented({ certificates: [certificate] })).toEqual([certificate]);
  expect(readPresented({ certificates: [{ ...certificate, notAfter: "never" }] })).toEqual([]);
  expect(readPresented({ count: 3 })).toEqual([]);
});

it("leads from errors of registries to an examination, and from no other", () => {
  const facts = { registry: "harbor.lab" };
  expect(findExaminable({ code: "tls-untrusted", facts })).toBe("harbor.lab");
  expect(findExaminable({ code: "disk-full", facts })).toBeNull();
  expect(findExaminable({ code: "timeout", facts: {} })).toBeNull();
});

it("makes an address of what a message names, unless it can be none", () => {
  expect(addressOf({ host: "Harbor.lab", base: "base" })).toBe("harbor.lab/base");
  expect(addressOf({ host: "-._" })).toBeNull();
  expect(addressOf({})).toBeNull();
});
