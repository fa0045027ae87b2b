import { Certificate } from "#lib/domain/certificates/certificate.ts";
import { issueCertificate } from "./issue-certificate.ts";

/** Two authorities, and a server's certificate of the first. */
export function makeTrustedCertificates() {
  const authority = (subject: string) =>
    issueCertificate({ subject, ca: true, keyUsage: ["keyCertSign", "cRLSign"] });
  const [first, second] = [authority("Harbor Root"), authority("Proxy Root")];
  const leaf = issueCertificate({
    subject: "harbor.example.com",
    issuer: first,
    names: ["harbor.example.com"],
  });
  return { first, second, leaf };
}

/** Data with fingerprints in the place of certificates, since Node's own objects change when they are asked. */
export function withFingerprints(value: unknown): unknown {
  if (value instanceof Certificate) return value.fingerprint;
  if (Array.isArray(value)) return value.map(withFingerprints);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withFingerprints(each)]));
}
