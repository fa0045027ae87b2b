import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRegistryBase } from "#lib/engine/oci/reference.ts";
import { issueCertificate } from "#lib/testing/issue-certificate.ts";
import { Certificate } from "../certificates/certificate.ts";
import { makeFinding } from "./make-finding.ts";
import { nodeCommands } from "./node-commands.ts";
import { formatCommand, quoteArgument } from "#lib/quote-argument.ts";

function named(name: string) {
  const certificate = Certificate.parse(issueCertificate({ ca: true, subject: name }).der);
  if (certificate === null) throw new Error("no certificate");
  return { name, certificate };
}

const cluster = [named("Lab Root"), named("lab-root")];

describe("nodeCommands", () => {
  it("fills in the values, and looks for the files of the certificate that matters", () => {
    const anchor = { fingerprint: cluster[1]?.certificate.fingerprint ?? "", subject: "CN=lab-root" };
    const host = "registry.example.com:8443";
    const commands = nodeCommands(
      { registry: parseRegistryBase(`${host}/cse`), trust: { cluster }, cloudDirector: "vcd.example.com" },
      [
        makeFinding("trust", "trust-accepted", {
          host: "registry.example.com",
          list: "cluster",
          anchor,
          anchorIsCommon: false,
          notes: [],
        }),
        makeFinding("images", "image-forbidden", {
          path: `${host}/cse/tkg`,
          image: `${host}/cse/tkg/pause:3.7`,
          status: 403,
          ociCodes: [],
        }),
      ],
    );
    const x509 = "openssl x509 -noout -subject -enddate -fingerprint -sha256 -in";
    expect(commands.map(({ purpose, command }) => `${purpose}: ${command}`)).toEqual([
      "resolve-name: getent ahosts registry.example.com",
      "find-cse-certificate: ls -l /usr/local/share/ca-certificates/custom_certificate_1.crt",
      `find-cse-certificate: ${x509} /usr/local/share/ca-certificates/custom_certificate_1.crt`,
      "find-tanzu-certificate: ls -l /etc/ssl/certs/tkg-lab-root.pem",
      `find-tanzu-certificate: ${x509} /etc/ssl/certs/tkg-lab-root.pem`,
      "find-tkg-certificate: ls -l /etc/ssl/certs/tkg-custom-ca.pem",
      `find-tkg-certificate: ${x509} /etc/ssl/certs/tkg-custom-ca.pem`,
      "find-tkg-certificate: ls -l /usr/local/share/ca-certificates/tkg-custom-ca.crt",
      `find-tkg-certificate: ${x509} /usr/local/share/ca-certificates/tkg-custom-ca.crt`,
      `show-chain: openssl s_client -connect ${host} -servername registry.example.com -showcerts </dev/null`,
      `ask-registry: curl -sS -i https://${host}/v2/`,
      `pull-image: sudo crictl pull ${host}/cse/tkg/pause:3.7`,
      "ask-cloud-director: curl -sS -i https://vcd.example.com/api/versions",
    ]);
  });

  it("quotes an address of IPv6, and asks for no name by it", () => {
    const commands = nodeCommands({ registry: parseRegistryBase("[fd00::5]"), trust: {} }, []);
    expect(commands.map(({ command }) => command)).toEqual([
      "openssl s_client -connect '[fd00::5]:443' -noservername -showcerts </dev/null",
      "curl -sS -i 'https://[fd00::5]/v2/'",
    ]);
  });

  it("asks for no chain where plain HTTP is meant", () => {
    const registry = parseRegistryBase("registry.example.com");
    const commands = nodeCommands({ registry, trust: {}, plainHttp: true }, []);
    expect(commands.map(({ purpose }) => purpose)).toEqual(["resolve-name", "ask-registry"]);
  });
});

describe("quoteArgument", () => {
  it("gives a shell back what was quoted", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }).filter((text) => !text.includes("\0")),
        (text) => {
          const printed = execFileSync("sh", ["-c", `printf %s ${quoteArgument(text)}`], {
            encoding: "utf8",
          });
          expect(printed).toBe(text);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("leaves plain words alone", () => {
    expect(formatCommand("ls", "-l", "/etc/ssl/certs/a.pem", "", "it's")).toBe(
      `ls -l /etc/ssl/certs/a.pem '' 'it'\\''s'`,
    );
  });
});
