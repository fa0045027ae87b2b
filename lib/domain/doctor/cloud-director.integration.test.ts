import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CloudDirectorServer, startCloudDirectorServer } from "#lib/testing/cloud-director-server.ts";
import { provenCodes } from "#lib/testing/doctor/proven-codes.ts";
import { codesOf, FindingRecorder, findingOf } from "#lib/testing/doctor/record-findings.ts";
import { issueCertificate } from "#lib/testing/issue-certificate.ts";
import { createLoopbackServers } from "#lib/testing/loopback-servers.ts";

const root = issueCertificate({ ca: true, keyUsage: ["keyCertSign"], subject: "Lab Root" });
const leaf = issueCertificate({ subject: "vcd", names: ["localhost", "127.0.0.1"], issuer: root });
const tls = { cert: leaf.pem, key: leaf.keyPem };
const servers = createLoopbackServers();
const recorder = new FindingRecorder();
let director: CloudDirectorServer;

beforeAll(async () => {
  director = await startCloudDirectorServer({ tls, apiToken: "none" });
});
afterAll(async () => {
  await Promise.all([servers.close(), director.close()]);
});

/** The registry does not matter, and is not there. */
const walk = (cloudDirector: string, trusted = true) =>
  recorder.walk({ registry: "127.0.0.1:1", trust: { panel: trusted ? [root] : [] }, cloudDirector });

const endOf = async (walking: ReturnType<typeof walk>) => {
  const findings = await walking;
  return codesOf(findings, "cloud-director").filter(
    (code) => !/^(?:dns|reach-connected|tls-agreed)/.test(code),
  );
};

describe("Cloud Director's public endpoint", () => {
  it("is looked at also where no registry is, and asked without signing in", async () => {
    const findings = await walk(director.host);
    expect(codesOf(findings, "reach")).toEqual(["reach-refused"]);
    expect(codesOf(findings, "cloud-director")).toEqual([
      "dns-literal",
      "dns-loopback",
      "reach-connected",
      "tls-agreed",
      "trust-accepted",
      "vcd-answered",
    ]);
    expect(findingOf(findings, "vcd-answered").facts).toEqual({
      host: "127.0.0.1",
      version: "38.1",
      release: "10.5",
    });
    expect(director.requests).toEqual(["GET /api/versions"]);
    expect(director.violations).toEqual([]);
  });

  it("is asked for its version also where it is not trusted, and told to be so", async () => {
    const codes = await endOf(walk(director.host, false));
    expect(codes).toEqual(["trust-refused", "chain-unknown-authority", "vcd-answered"]);
  });

  it("is taken as people paste it", async () => {
    expect(await endOf(walk(`https://${director.host}/tenant/acme`))).toEqual([
      "trust-accepted",
      "vcd-answered",
    ]);
    expect(codesOf(await walk("not a host"), "cloud-director")).toEqual(["dns-not-found"]);
  });

  it("may be too old", async () => {
    const old = await startCloudDirectorServer({ tls, apiToken: "none", versions: ["33.0", "34.0"] });
    const findings = await walk(old.host);
    await old.close();
    expect(findingOf(findings, "vcd-version-unsupported").facts.newest).toBe("34.0");
    const nameless = await startCloudDirectorServer({ tls, apiToken: "none", versions: [] });
    const none = await walk(nameless.host);
    await nameless.close();
    expect(findingOf(none, "vcd-version-unsupported").facts.newest).toBeNull();
  });

  it.each([
    [404, "vcd-not-cloud-director"],
    [200, "vcd-not-cloud-director"],
    [401, "vcd-not-cloud-director"],
    [503, "vcd-failed"],
  ])("may be something else, or fail: %d", async (status, code) => {
    director.befall(/versions/, (_request, response) => response.writeHead(status).end("<html>"));
    expect(await endOf(walk(director.host))).toEqual(["trust-accepted", code]);
  });

  it("may not speak TLS, or end the handshake", async () => {
    const ssh = await servers.serveRaw((socket) => socket.end("SSH-2.0-OpenSSH_9.2p1\r\n"));
    expect(await endOf(walk(ssh))).toEqual(["protocol-other"]);
    const alert = Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 40]);
    const ending = await servers.serveRaw((socket) => socket.end(alert));
    expect(await endOf(walk(ending))).toEqual(["tls-ended"]);
    expect(await endOf(walk("127.0.0.1:1"))).toEqual(["reach-refused"]);
  });
});

it("has shown all codes that this file is there for", () => {
  expect([...recorder.seen]).toEqual(expect.arrayContaining([...provenCodes["cloud-director"]]));
});
