import { describe, expect, it } from "vitest";
import type { TrustList } from "#lib/db/generated/enums.ts";
import type { ReadCertificate, ServerChain } from "#lib/schemas/certificates.ts";
import { listChosen, type Reading, suggestLists } from "./certificate-choices.ts";

const certificate = (fingerprint: string, role: "ca" | "leaf", suggestedName = "lab"): ReadCertificate =>
  ({
    fingerprint,
    pem: `PEM ${fingerprint}`,
    line: 1,
    suggestedName,
    known: null,
    view: { role },
  }) as ReadCertificate;
const given = (...certificates: ReadCertificate[]): Reading => ({
  ...{ source: "", certificates, problems: [], chain: null },
});
const sent = (helps: TrustList[]): Reading => {
  const certificates = [
    { ...certificate("leaf", "leaf", "server"), helps: [] },
    { ...certificate("root", "ca"), helps },
  ];
  return { ...given(...certificates), chain: { certificates, suggested: "root" } as unknown as ServerChain };
};
const names = (...parameters: Parameters<typeof listChosen>) =>
  listChosen(...parameters).map(({ fingerprint, name }) => [fingerprint, name]);

describe("listChosen", () => {
  it("takes authorities, and a server's own only where it stands without any", () => {
    expect(names([given(certificate("a", "ca"), certificate("b", "leaf"))], {})).toEqual([["a", "lab"]]);
    expect(names([given(certificate("b", "leaf"))], {})).toEqual([["b", "lab"]]);
  });

  it("takes of a server's chain what makes it trusted", () => {
    expect(names([sent(["cluster"])], {})).toEqual([["root", "lab"]]);
  });

  it("goes by what a person has decided", () => {
    const reading = given(certificate("a", "ca"), certificate("b", "leaf"));
    expect(names([reading], { a: { taken: false }, b: { taken: true, name: "mine" } })).toEqual([
      ["b", "mine"],
    ]);
  });

  it("takes one that two files have once, and tells apart names that nobody has typed", () => {
    const files = [given(certificate("a", "ca")), given(certificate("a", "ca"), certificate("b", "ca"))];
    expect(names(files, {})).toEqual([
      ["a", "lab"],
      ["b", "lab-2"],
    ]);
    expect(names(files, { b: { name: "lab" } })).toEqual([
      ["a", "lab"],
      ["b", "lab"],
    ]);
  });
});

describe("suggestLists", () => {
  it("puts what is given into both lists of the CSE server", () => {
    expect(suggestLists([])).toEqual(["bootstrap_vm", "cluster"]);
    expect(suggestLists([given(certificate("a", "ca"))])).toEqual(["bootstrap_vm", "cluster"]);
  });

  it("puts what a server needs where it lacks", () => {
    expect(suggestLists([sent(["bootstrap_vm", "cluster", "panel"])])).toEqual(["bootstrap_vm", "cluster"]);
    expect(suggestLists([sent(["cluster", "panel"])])).toEqual(["cluster"]);
    expect(suggestLists([sent(["panel"])])).toEqual(["panel"]);
  });
});
