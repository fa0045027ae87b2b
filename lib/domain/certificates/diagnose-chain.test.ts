import { describe, expect, it } from "vitest";
import { createChainScenarios } from "#lib/testing/chain-scenarios.ts";
import { issueCertificate, type TestCertificate } from "#lib/testing/issue-certificate.ts";
import { Certificate } from "./certificate.ts";
import { diagnoseChain, type ChainQuestion } from "./diagnose-chain.ts";
import type { Verifier } from "./strength.ts";
import { listRemedies, tryCertificate } from "./try-certificate.ts";

const scenarios = createChainScenarios();

function parse({ der }: TestCertificate): Certificate {
  const certificate = Certificate.parse(der);
  if (certificate === null) throw new Error("a test certificate that cannot be read");
  return certificate;
}

function ask(
  presented: readonly TestCertificate[],
  stored: readonly TestCertificate[],
  { host = "localhost", verifier = "go", at = new Date() }: Partial<ChainQuestion> = {},
): ChainQuestion {
  return { presented: presented.map(parse), stored: stored.map(parse), host, verifier, at };
}

const codesOf = (question: ChainQuestion) => diagnoseChain(question).problems.map(({ code }) => code);

describe.each(["go", "openssl"] as const)("diagnoseChain by the rules of %s", (verifier: Verifier) => {
  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))("%s", (_name, scenario) => {
    const { presented, stored, host = "localhost" } = scenario;
    const question = ask(presented, stored, { host, verifier });
    expect(codesOf(question)).toEqual(scenario[verifier]);
    expect(diagnoseChain(question).trusted).toBe(scenario[verifier].length === 0);
  });
});

describe("diagnoseChain", () => {
  const authority = { ca: true, keyUsage: ["keyCertSign"] } as const;
  const root = issueCertificate({ ...authority, subject: ["O=Lab", "CN=Root"] });
  const middle = issueCertificate({ ...authority, subject: ["O=Lab", "CN=Issuing"], issuer: root });
  const leaf = issueCertificate({
    subject: "a.test",
    names: ["a.test", "*.b.test", "10.0.0.1"],
    issuer: middle,
    issuerUrl: "http://pki.test/issuing.crt",
  });
  const refer = (certificate: TestCertificate) => {
    const { fingerprint, details } = parse(certificate);
    return { fingerprint, subject: details.subject.text };
  };
  const host = { host: "a.test" };

  it("tells the way up and what it ends at", () => {
    expect(diagnoseChain(ask([leaf, middle], [root], host))).toEqual({
      trusted: true,
      anchor: refer(root),
      anchorIsCommon: false,
      path: [leaf, middle, root].map(refer),
      problems: [],
      notes: [],
    });
  });

  it("tells which intermediate is missing, and from where it can be had", () => {
    expect(diagnoseChain(ask([leaf], [root], host)).problems).toEqual([
      {
        code: "missing-intermediate",
        evidence: "same-organization",
        missing: {
          of: refer(leaf),
          issuer: "CN=Issuing,O=Lab",
          keyId: Buffer.from(middle.keyId).toString("hex"),
          urls: ["http://pki.test/issuing.crt"],
          namesakes: [],
        },
      },
    ]);
  });

  it("knows it from elsewhere", () => {
    const question = { ...ask([leaf], [], host), known: [parse(middle)] };
    expect(diagnoseChain(question).problems).toMatchObject([{ evidence: "known-certificate" }]);
    const direct = issueCertificate({ subject: "a.test", names: ["a.test"], issuer: root });
    expect(codesOf({ ...ask([direct], [], host), known: [parse(root)] })).toEqual(["unknown-authority"]);
  });

  it("names a stored authority of the same name whose key is another", () => {
    const rolled = issueCertificate({ ...authority, subject: ["O=Lab", "CN=Root"] });
    expect(diagnoseChain(ask([leaf, middle], [rolled], host)).problems).toMatchObject([
      { code: "unknown-authority", root: null, missing: { of: refer(middle), namesakes: [refer(rolled)] } },
    ]);
  });

  it("names the root that the server has sent, and itself when it signs itself", () => {
    expect(diagnoseChain(ask([leaf, middle, root], [], host)).problems).toEqual([
      { code: "unknown-authority", root: refer(root), missing: null },
    ]);
    expect(diagnoseChain(ask([root], [], host)).problems).toEqual([
      { code: "self-signed-leaf", certificate: refer(root) },
      { code: "name-missing", host: "a.test", commonName: "Root" },
    ]);
  });

  it("says which one has expired, and names the names there are", () => {
    const at = new Date(Date.now() + 500 * 86_400_000);
    const { problems, anchor } = diagnoseChain(ask([leaf, middle], [root], { host: "c.test", at }));
    expect(anchor).toEqual(refer(root));
    expect(problems).toMatchObject([
      { code: "expired", certificate: refer(leaf), position: "leaf" },
      { code: "expired", certificate: refer(middle), position: "intermediate" },
      { code: "expired", certificate: refer(root), position: "anchor" },
      { code: "name-mismatch", host: "c.test", names: ["a.test", "*.b.test", "10.0.0.1"] },
    ]);
  });

  it("notes what is odd but does no harm", () => {
    const other = issueCertificate({ ...authority, subject: "Other" });
    const notes = (presented: TestCertificate[], stored: TestCertificate[]) =>
      diagnoseChain(ask(presented, stored, host)).notes;
    expect(notes([leaf, root, other, middle, middle], [root])).toEqual([
      { code: "out-of-order" },
      { code: "root-sent", certificate: refer(root) },
      { code: "root-sent", certificate: refer(other) },
      { code: "sent-twice", certificate: refer(middle) },
    ]);
    const stranger = issueCertificate({ ...authority, subject: "Stranger", issuer: other });
    expect(notes([leaf, middle, stranger], [root])).toEqual([
      { code: "not-needed", certificate: refer(stranger) },
    ]);
    expect(notes([leaf], [middle])).toEqual([{ code: "anchor-is-intermediate", certificate: refer(middle) }]);
    expect(notes([leaf, middle], [leaf])).toContainEqual({
      code: "anchor-is-leaf",
      certificate: refer(leaf),
    });
    const sub = issueCertificate({ ...authority, subject: "Sub", issuer: middle });
    const below = issueCertificate({ subject: "a.test", names: ["a.test"], issuer: sub });
    const known = diagnoseChain(ask([below], [root, middle, sub], { ...host, verifier: "openssl" }));
    expect(known).toMatchObject({
      trusted: true,
      notes: [
        { code: "intermediate-not-sent", certificate: refer(sub) },
        { code: "intermediate-not-sent", certificate: refer(middle) },
      ],
    });
  });

  it("has nothing to say without a certificate but that", () => {
    expect(diagnoseChain(ask([], [root], host))).toEqual({
      trusted: false,
      anchor: null,
      anchorIsCommon: false,
      path: [],
      problems: [{ code: "no-certificate" }],
      notes: [],
    });
  });

  it("needs nothing stored below an authority that all trust", () => {
    const question = { ...ask([leaf, middle], [], host), common: [parse(root)] };
    expect(diagnoseChain(question)).toMatchObject({
      trusted: true,
      anchor: refer(root),
      anchorIsCommon: true,
    });
    expect(diagnoseChain({ ...question, stored: [parse(root)] }).anchorIsCommon).toBe(false);
    expect(listRemedies(question)).toEqual([]);
  });

  it("does not let a crowd of authorities keep it busy", () => {
    const keys = Array.from({ length: 6 }, () => issueCertificate({ ...authority, subject: "Same" }));
    const crowd = keys.flatMap((one) =>
      keys.map((other) => issueCertificate({ ...authority, subject: "Same", key: one.key, issuer: other })),
    );
    const victim = issueCertificate({ subject: "a.test", names: ["a.test"], issuer: crowd[0] ?? root });
    const startedAt = performance.now();
    expect(diagnoseChain(ask([victim, ...crowd], [root], host)).trusted).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  describe("with one more certificate", () => {
    it("tells whether that is what trust was lacking", () => {
      const question = ask([leaf, middle], [], host);
      expect(tryCertificate(question, parse(root))).toMatchObject({ makesTrusted: true, isUsed: true });
      const other = issueCertificate({ ...authority, subject: "Other" });
      expect(tryCertificate(question, parse(other))).toMatchObject({ makesTrusted: false, isUsed: false });
      const trusted = ask([leaf, middle], [root], host);
      expect(tryCertificate(trusted, parse(root))).toMatchObject({ makesTrusted: false });
    });

    it("tells what would still stand against it", () => {
      const question = ask([leaf, middle], [], { host: "c.test" });
      const { makesTrusted, isUsed, after } = tryCertificate(question, parse(root));
      expect({ makesTrusted, isUsed }).toEqual({ makesTrusted: false, isUsed: true });
      expect(after.problems.map(({ code }) => code)).toEqual(["name-mismatch"]);
    });

    it("lists what would do, the topmost authority first", () => {
      const list = (question: ChainQuestion) =>
        listRemedies(question, [parse(root)]).map(({ certificate }) => certificate.fingerprint);
      expect(list(ask([leaf, middle], [], host))).toEqual(
        [root, middle, leaf].map((each) => parse(each).fingerprint),
      );
      expect(list(ask([leaf, middle], [], { ...host, verifier: "openssl" }))).toEqual([
        parse(root).fingerprint,
      ]);
      expect(list(ask([leaf, middle], [root], host))).toEqual([]);
    });
  });
});
