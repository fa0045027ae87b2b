import { beforeAll, describe, expect, it } from "vitest";
import { walkInNamespace } from "#lib/testing/doctor/enter-namespace.ts";
import { provenCodes } from "#lib/testing/doctor/proven-codes.ts";
import {
  codesOf,
  FindingRecorder,
  findingOf,
  problemsOf,
  skippedAt,
} from "#lib/testing/doctor/record-findings.ts";
import type { NamespaceResult, NamespaceScenario } from "#lib/testing/doctor/walk-in-namespace.ts";
import type { FindingCode } from "./finding.ts";

const names = {
  "found.test": ["127.0.0.1"],
  "empty.test": [],
  "broken.test": "failed",
  "closed.test": "refused",
  "silent.test": "silent",
  "six.test": ["fd00::5"],
  "both.test": ["127.0.0.1", "10.2.0.1"],
  "odd.test": ["169.254.1.1"],
  "registry.local": ["127.0.0.1"],
} as const;
const ports = [443];
const own = ["127.0.0.53"];

interface Case extends NamespaceScenario {
  readonly name: string;
  /** What keeps clusters from pulling. */
  readonly problem: FindingCode;
  readonly facts: object;
  readonly openssl: RegExp;
}

const unresolved = /not known|Temporary failure|No address|getaddrinfo|addressinfo/i;
const cases: readonly Case[] = [
  {
    name: "a name that nobody knows",
    registry: "missing.test",
    problem: "dns-not-found",
    facts: { host: "missing.test", servers: own },
    openssl: unresolved,
  },
  {
    name: "a name without an address",
    registry: "empty.test",
    problem: "dns-no-address",
    facts: { servers: own },
    openssl: unresolved,
  },
  {
    name: "a name server that fails",
    registry: "broken.test",
    problem: "dns-server-failed",
    facts: { platformCode: "ESERVFAIL" },
    openssl: unresolved,
  },
  {
    name: "a name server that does not answer us",
    registry: "closed.test",
    problem: "dns-server-failed",
    facts: { platformCode: "EREFUSED" },
    openssl: unresolved,
  },
  {
    name: "a name server that says nothing",
    registry: "silent.test",
    connectTimeoutMs: 400,
    problem: "dns-timeout",
    facts: { servers: own },
    openssl: unresolved,
  },
  {
    name: "a name server that is silent for as long as the system waits",
    registry: "silent.test",
    problem: "dns-timeout",
    facts: { servers: own },
    openssl: unresolved,
  },
  {
    name: "a name server that does not run",
    registry: "found.test",
    nameServer: "127.0.0.54",
    problem: "dns-server-unreachable",
    facts: { servers: ["127.0.0.54"] },
    openssl: unresolved,
  },
  {
    name: "a name server without a route to it",
    registry: "found.test",
    nameServer: "10.3.0.53",
    problem: "dns-server-unreachable",
    facts: { servers: ["10.3.0.53"] },
    openssl: unresolved,
  },
  {
    name: "an address that no server has",
    registry: "odd.test",
    problem: "dns-address-refused",
    facts: { addresses: [{ address: "169.254.1.1", family: 4, kind: "link-local" }] },
    openssl: /Network is unreachable/,
  },
  {
    name: "no route",
    registry: "10.3.0.1",
    problem: "reach-no-route",
    facts: { failed: [{ platformCode: "ENETUNREACH" }] },
    openssl: /Network is unreachable/,
  },
  {
    name: "a route to nowhere",
    registry: "10.2.0.1",
    problem: "reach-no-route",
    facts: { failed: [{ platformCode: "EHOSTUNREACH" }] },
    openssl: /No route to host/,
  },
  {
    name: "a route that is forbidden",
    registry: "10.4.0.1",
    problem: "reach-no-route",
    facts: { failed: [{ platformCode: "EACCES" }] },
    openssl: /Permission denied/,
  },
  {
    name: "a black hole on this machine",
    registry: "10.1.0.1",
    problem: "reach-no-route",
    facts: { failed: [{ platformCode: "EINVAL" }] },
    openssl: /Invalid argument/,
  },
  {
    name: "a black hole on the way",
    registry: "10.9.0.7",
    connectTimeoutMs: 400,
    problem: "reach-timeout",
    facts: { failed: [{ address: "10.9.0.7", failure: "timeout" }] },
    openssl: /^\s*$/,
  },
  {
    name: "a port that nobody listens at",
    registry: "127.0.0.1:5001",
    problem: "reach-refused",
    facts: { port: 5001, failed: [{ platformCode: "ECONNREFUSED" }] },
    openssl: /Connection refused/,
  },
];
const others = ["found.test", "six.test", "both.test", "registry.local"] as const;

const recorder = new FindingRecorder();
let results: readonly NamespaceResult[];
const resultOf = (registry: (typeof others)[number]) => {
  const result = results[cases.length + others.indexOf(registry)];
  if (result === undefined) throw new Error(`no walk to ${registry}`);
  return result;
};

beforeAll(async () => {
  const scenarios = [...cases, ...others.map((registry) => ({ registry }))];
  results = await walkInNamespace({ names, ports, scenarios });
  for (const { findings } of results) recorder.note(findings);
});

describe("a network of unreachable and blackhole routes, with a name server of its own", () => {
  it.each(cases.map((each, index) => [each.name, each, index] as const))("%s", (_name, asked, index) => {
    const { findings, openssl } = results[index] ?? { findings: [], openssl: "" };
    expect(problemsOf(findings)).toEqual([asked.problem]);
    expect(findingOf(findings, asked.problem).facts).toMatchObject(asked.facts);
    const [by] = asked.problem.split("-");
    expect(skippedAt(findings, "protocol")).toEqual({ by, reason: "failed" });
    expect(openssl).toMatch(asked.openssl);
  });

  it("resolves what there is, and reaches it", () => {
    const { findings } = resultOf("found.test");
    expect(findingOf(findings, "dns-resolved").facts.addresses).toEqual([
      { address: "127.0.0.1", family: 4, kind: "loopback" },
    ]);
    expect(codesOf(findings, "reach")).toEqual(["reach-connected"]);
  });

  it("tells that there are addresses of IPv6 only", () => {
    const { findings } = resultOf("six.test");
    expect(findingOf(findings, "dns-ipv6-only").facts.addresses).toEqual([
      { address: "fd00::5", family: 6, kind: "private" },
    ]);
    expect(problemsOf(findings)).toEqual(["reach-no-route"]);
  });

  it("tells which of several addresses do not answer", () => {
    const { findings } = resultOf("both.test");
    expect(findingOf(findings, "reach-partly").facts).toMatchObject({
      connected: ["127.0.0.1"],
      failed: [{ address: "10.2.0.1", failure: "host-unreachable" }],
    });
  });

  it("tells a name that nodes do not ask name servers for", () => {
    expect(codesOf(resultOf("registry.local").findings, "dns")).toContain("dns-local-domain");
  });

  it("has shown all codes that it is there for", () => {
    expect([...recorder.seen]).toEqual(expect.arrayContaining([...provenCodes.network]));
  });
});
