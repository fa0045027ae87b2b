import { beforeAll, describe, expect, it } from "vitest";
import { createCertificateAuthority } from "#lib/testing/certificate-authority.ts";
import { findExpiring, type KnownCertificate, parseCertificates } from "./expiring-certificates.ts";

const day = 24 * 3_600_000;
const place = {
  kind: "registry",
  id: "1",
  name: "Harbor",
  host: "harbor.example.com",
  organizationId: null,
} as const;
let pem: string;
let known: KnownCertificate[];
let endsAt: number;

beforeAll(async () => {
  pem = (await createCertificateAuthority("Our authority")).cert;
  const [certificate] = parseCertificates(pem);
  if (!certificate) throw new Error("no certificate");
  endsAt = Date.parse(certificate.validTo);
  known = [{ use: "authority", certificate, place }];
});

const at = (daysBefore: number) => findExpiring(known, new Date(endsAt - daysBefore * day))[0];

describe("a certificate", () => {
  it.each([
    [61, null],
    [60.01, null],
    [60, 60],
    [30.01, 60],
    [30, 30],
    [14.5, 30],
    [14, 14],
    [7.5, 14],
    [7, 7],
    [1.5, 7],
    [1, 1],
    [0.1, 1],
    [-0.1, 0],
    [-29, 0],
    [-31, null],
  ])("that ends in %d days is told at the threshold %s", (daysBefore, threshold) => {
    expect(at(daysBefore)?.threshold ?? null).toBe(threshold);
  });

  it("is described by its name, its end and its digest", () => {
    expect(at(6.5)).toMatchObject({
      ...{ use: "authority", subject: "Our authority", daysLeft: 6, threshold: 7 },
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(at(-0.5)?.daysLeft).toBe(-1);
  });

  it("is told once for all that it is for, and as what it matters most", () => {
    const other = { ...place, id: "2", name: "Mirror", organizationId: "o" };
    const listed = { kind: "list", list: "cluster", certificate: { id: "3", name: "our-ca" } } as const;
    const channel = { kind: "channel", id: "4", name: "operators" } as const;
    const [first] = known;
    if (!first) throw new Error("no certificate");
    const several: KnownCertificate[] = [
      ...[listed, first.place, other, channel].map((each) => ({ ...first, place: each })),
      { ...first, use: "server" },
    ];
    const found = findExpiring(several, new Date(endsAt - day));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      ...{ use: "server", registries: [place, other], lists: [listed], channels: [channel] },
    });
  });
});

it("reads all certificates of a text, and nothing else", () => {
  const broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  expect(parseCertificates(`# ours\n${pem}\n${broken}${pem}`)).toHaveLength(2);
  expect(parseCertificates("")).toEqual([]);
});
