import { basename } from "node:path/posix";
import { isAuthority } from "#lib/domain/certificates/describe-certificate.ts";
import { checkCertificates } from "./check-certificates.ts";
import type { ConfigFinding } from "./config-finding.ts";
import { tellDocker } from "./docker-rule.ts";

/**
 * Checks a file of certificates that nodes trust a registry by, as it stands beside a `hosts.toml` or in `certs.d` of Docker,
 * Podman and Skopeo, where `*.crt` is an authority's and `*.cert` a client's (docs.docker.com, "Verify repository client with
 * certificates"; containers-certs.d(5)). Never throws; no part of it is in a finding but names.
 *
 * @param path as it is called; "" where it was pasted
 */
export function checkCertificateFile(path: string, text: string, at: Date): readonly ConfigFinding[] {
  const { certificates, findings } = checkCertificates(text, "certificate-file", "", at);
  const name = basename(path);
  if (!name.endsWith(".cert")) return findings;
  // Of a client it is right that it is no authority, and no server.
  if (!certificates.some(isAuthority)) return findings.filter((finding) => !isOfServers(finding));
  const expected = `${name.slice(0, -".cert".length)}.crt`;
  return [tellDocker("authority-as-client", "", { name, expected }), ...findings];
}

const isOfServers = ({ rule, facts }: ConfigFinding): boolean =>
  rule === "leaf-instead-of-ca" || rule === "self-signed-leaf" || facts.finding === "missing-san";
