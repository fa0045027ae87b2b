import { expect, test } from "vitest";
import { issueCertificate } from "#lib/testing/issue-certificate.ts";
import { checkCertificateFile } from "./check-certificate-file.ts";

const at = new Date();
const authority = issueCertificate({ subject: "Lab CA", ca: true, keyUsage: ["keyCertSign"] });
const server = issueCertificate({ subject: "harbor.lab", names: ["harbor.lab"], issuer: authority });
const rules = (path: string, text: string) => checkCertificateFile(path, text, at).map(({ rule }) => rule);

test("an authority's certificate is right where nodes look for one", () => {
  expect(rules("certs.d/harbor.lab/ca.crt", authority.pem)).toEqual([]);
  expect(rules("", `${authority.pem}${authority.pem}`)).toEqual([]);
});

test("what is no authority's, encoded, or no certificate at all is told", () => {
  expect(rules("ca.crt", server.pem)).toEqual(["leaf-instead-of-ca"]);
  expect(rules("ca.pem", Buffer.from(authority.pem).toString("base64"))).toEqual(["encoded-too-often"]);
  expect(rules("ca.crt", "harbor.lab")).toEqual(["no-certificate"]);
  expect(rules("ca.crt", "")).toEqual(["no-certificate"]);
});

// "missing key ca.key for client certificate ca.cert", as dockerd 20.10.24 says.
test("an authority that Docker would take for a client is told with the name that it is to have", () => {
  expect(checkCertificateFile("certs.d/harbor.lab/lab-ca.cert", authority.pem, at)).toMatchObject([
    { rule: "authority-as-client", facts: { name: "lab-ca.cert", expected: "lab-ca.crt" } },
  ]);
});

test("of a client's certificate it is not told that it is no authority's", () => {
  expect(rules("client.cert", issueCertificate({ subject: "me", issuer: authority }).pem)).toEqual([]);
  expect(rules("client.cert", issueCertificate({ subject: "me" }).pem)).toEqual([]);
});
