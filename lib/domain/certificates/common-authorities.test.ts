import { expect, it } from "vitest";
import { listCommonAuthorities } from "./common-authorities.ts";
import { describeCertificate } from "./describe-certificate.ts";
import { diagnoseChain } from "./diagnose-chain.ts";
import { reviewCertificate } from "./review-certificate.ts";

// Real authorities, as they come with Node: what is read here is not made by us.
const authorities = listCommonAuthorities("nodes");

it("reads the authorities that all trust, once", () => {
  expect(authorities.length).toBeGreaterThan(100);
  expect(listCommonAuthorities("nodes")).toBe(authorities);
  const machine = new Set(listCommonAuthorities("panel").map(({ fingerprint }) => fingerprint));
  expect(authorities.filter(({ fingerprint }) => !machine.has(fingerprint))).toEqual([]);
});

it("tells that each is an authority and signs itself", () => {
  for (const certificate of authorities) {
    const { role, selfSigned, subject, issuer, key } = describeCertificate(certificate);
    expect({ role, selfSigned }, subject.text).toEqual({ role: "ca", selfSigned: true });
    expect(issuer.text).toBe(subject.text);
    expect(subject.commonName ?? subject.organization).toMatch(/./);
    expect(key.kind).toMatch(/^(?:rsa|ec)$/);
  }
});

it("finds nothing in them that would keep a client from trusting them", () => {
  const at = new Date("2026-01-01T00:00:00Z");
  const errors = ["weak-key", "weak-hash", "unsupported-key", "ca-may-not-sign", "extension-damaged"];
  const found = authorities.flatMap((each) => reviewCertificate(each, { at }).map(({ code }) => code));
  expect(found.filter((code) => errors.includes(code))).toEqual([]);
});

it("ends at one of them, whoever asks", () => {
  const [first] = authorities;
  if (first === undefined) throw new Error("no authorities");
  const question = { presented: [first], stored: [], common: authorities, host: "a.test", at: new Date() };
  for (const verifier of ["go", "openssl"] as const) {
    expect(diagnoseChain({ ...question, verifier })).toMatchObject({ anchorIsCommon: true });
  }
});
