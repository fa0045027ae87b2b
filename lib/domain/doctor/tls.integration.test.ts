import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer as createHttpsServer, type ServerOptions } from "node:https";
import { afterAll, describe, expect, it } from "vitest";
import { createChainScenarios } from "#lib/testing/chain-scenarios.ts";
import { askOpenssl } from "#lib/testing/doctor/ask-openssl.ts";
import { provenCodes } from "#lib/testing/doctor/proven-codes.ts";
import {
  codesOf,
  FindingRecorder,
  findingOf,
  problemsOf,
  skippedAt,
} from "#lib/testing/doctor/record-findings.ts";
import { formatPem, issueCertificate, type TestCertificate } from "#lib/testing/issue-certificate.ts";
import { createLoopbackServers } from "#lib/testing/loopback-servers.ts";

const servers = createLoopbackServers();
const recorder = new FindingRecorder();
afterAll(() => servers.close());

const authority = { ca: true, keyUsage: ["keyCertSign"] } as const;
const root = issueCertificate({ ...authority, subject: ["O=Lab", "CN=Root"] });
const server = { subject: "localhost", names: ["localhost", "127.0.0.1"] };
const leaf = issueCertificate({ ...server, issuer: root });
const hourMs = 3_600_000;

/** A registry without images. */
const answerEmpty: RequestListener = (request, response) => {
  response.setHeader("docker-distribution-api-version", "registry/2.0");
  response.writeHead(request.url === "/v2/" ? 200 : 404).end();
};

/** @returns `localhost:PORT` */
async function serve(
  sent: readonly TestCertificate[],
  options: ServerOptions = {},
  listener = answerEmpty,
): Promise<string> {
  const cert = sent.map(({ pem }) => pem).join("");
  const key = sent[0]?.keyPem ?? "";
  const listening = createHttpsServer({ cert, key, ciphers: "DEFAULT@SECLEVEL=0", ...options }, listener);
  listening.on("tlsClientError", () => undefined);
  return (await servers.listen(listening)).replace("127.0.0.1", "localhost");
}

describe("each chain has its own verdict, and openssl s_client agrees", () => {
  it.each(createChainScenarios().map((each) => [each.name, each] as const))("%s", async (_name, scenario) => {
    const { presented, stored, host = "localhost", go, openssl } = scenario;
    const address = (await serve(presented)).replace("localhost", host);
    const findings = await recorder.walk({ registry: address, trust: { panel: stored, cluster: stored } });
    for (const [list, codes] of [
      ["panel", openssl],
      ["cluster", go],
    ] as const) {
      const told = findings.filter((each) => "lists" in each.facts && each.facts.lists.includes(list));
      const chain = told.filter(({ step }) => step === "trust").map(({ code }) => code);
      expect(chain.toSorted(), list).toEqual(codes.map((code) => `chain-${code}`).toSorted());
      const verdict = findings.find((each) => "list" in each.facts && each.facts.list === list);
      expect(verdict, list).toMatchObject(
        codes.length === 0
          ? { code: "trust-accepted" }
          : { code: "trust-refused", facts: { problems: codes } },
      );
    }
    // TLS 1.3 has no place for Brainpool's curves as OpenSSL speaks it.
    const isBrainpool = presented[0].key.asymmetricKeyDetails?.namedCurve?.startsWith("brainpool");
    const args = isBrainpool ? ["-tls1_2", "-groups", "P-256:brainpoolP256r1"] : [];
    const { code } = await askOpenssl(address, { stored, args });
    expect(code === 0, `openssl says ${code}`).toBe(openssl.length === 0);
    // Whatever the chain is, it is looked whether a registry is there.
    if (openssl.length === 0) expect(codesOf(findings, "api")).toEqual(["api-answered"]);
    else expect(codesOf(findings, "api")[0]).toBe("api-unverified");
  });
});

describe("the verdicts of s_client for what the doctor says", () => {
  const days = (count: number) => new Date(Date.now() + count * 24 * hourMs);
  const middle = issueCertificate({ ...authority, subject: ["O=Lab", "CN=Issuing"], issuer: root });
  const behind = issueCertificate({ ...server, issuer: middle });
  const issue = (wish: Parameters<typeof issueCertificate>[0]) =>
    issueCertificate({ ...server, issuer: root, ...wish });

  it.each([
    ["unknown authority", [leaf], [], "chain-unknown-authority", [20, 21]],
    ["its root sent along", [leaf, root], [], "chain-unknown-authority", [19]],
    ["self-signed leaf", [issueCertificate(server)], [root], "chain-self-signed-leaf", [18]],
    ["missing intermediate", [behind], [root], "chain-missing-intermediate", [20, 21]],
    ["another name", [issue({ names: ["other.test"] })], [root], "chain-name-mismatch", [62]],
    ["expired", [issue({ notBefore: days(-9), notAfter: days(-1) })], [root], "chain-expired", [10]],
    ["not yet valid", [issue({ notBefore: days(1) })], [root], "chain-not-yet-valid", [9]],
  ] as const)("%s", async (_name, sent, stored, code, numbers) => {
    const address = await serve(sent);
    const findings = await recorder.walk({ registry: address, trust: { panel: stored, cluster: stored } });
    expect(problemsOf(findings)).toEqual(["trust-refused", "trust-refused", code]);
    expect(findingOf(findings, code).facts.lists).toEqual(["panel", "cluster"]);
    expect(numbers).toContain((await askOpenssl(address, { stored })).code);
  });

  it("tells a list that lacks the certificate which other list has it", async () => {
    const address = await serve([leaf]);
    const findings = await recorder.walk({
      registry: address,
      trust: { panel: [root], bootstrap_vm: [], cluster: [root] },
    });
    expect(problemsOf(findings)).toEqual(["trust-refused", "chain-unknown-authority"]);
    expect(findingOf(findings, "trust-lists-differ").facts).toMatchObject({
      trustedBy: ["cluster"],
      missingIn: ["bootstrap_vm"],
      certificate: { subject: "CN=Root,O=Lab" },
    });
    expect(findingOf(findings, "remedy-stored").facts).toMatchObject({
      lists: ["bootstrap_vm"],
      certificate: { name: "stored-0", subject: "CN=Root,O=Lab" },
    });
  });

  it("finds among all that is stored what helps, also where more stands against the chain", async () => {
    const other = issueCertificate({ ...authority, subject: "Other" });
    const address = await serve([issue({ notAfter: days(-0.5) })]);
    const findings = await recorder.walk({
      registry: address,
      trust: { cluster: [] },
      stored: [other, root],
    });
    expect(codesOf(findings, "remedy")).toEqual(["remedy-stored"]);
    expect(findingOf(findings, "remedy-stored").facts).toMatchObject({
      lists: ["panel", "cluster"],
      certificate: { name: "stored-1" },
    });
  });

  it("finds the renewed authority where the old one is stored", async () => {
    const old = issueCertificate({
      ...authority,
      subject: ["O=Lab", "CN=Root"],
      key: root.key,
      notBefore: days(-9),
      notAfter: days(-1),
    });
    const address = await serve([leaf]);
    const findings = await recorder.walk({ registry: address, trust: { panel: [old] }, stored: [old, root] });
    expect(problemsOf(findings)).toEqual(["trust-refused", "chain-expired"]);
    expect(findingOf(findings, "chain-expired").facts.position).toBe("anchor");
    expect(findingOf(findings, "remedy-stored").facts.certificate.name).toBe("stored-1");
    const alone = await recorder.walk({ registry: address, trust: { panel: [old] } });
    expect(skippedAt(alone, "remedy")).toEqual({ by: null, reason: "not-needed" });
  });

  it("proposes what the server has sent itself only where that is worth to be stored", async () => {
    const sent = await recorder.walk({ registry: await serve([leaf, root]) });
    expect(findingOf(sent, "remedy-presented").facts.certificate.subject).toBe("CN=Root,O=Lab");
    const selfSigned = await recorder.walk({ registry: await serve([issueCertificate(server)]) });
    expect(findingOf(selfSigned, "remedy-presented").facts.certificate.subject).toBe("CN=localhost");
    const alone = await recorder.walk({ registry: await serve([leaf]), trust: { cluster: [] } });
    expect(findingOf(alone, "remedy-none").facts).toMatchObject({
      lists: ["panel", "cluster"],
      missing: { issuer: "CN=Root,O=Lab" },
    });
  });
});

describe("protocols", () => {
  it("tells plain HTTP on a port of TLS, and looks at the registry all the same", async () => {
    const address = await servers.listen(createHttpServer(answerEmpty));
    const findings = await recorder.walk({ registry: address });
    expect(codesOf(findings, "protocol")).toEqual(["protocol-plain-http"]);
    expect(codesOf(findings, "api")).toEqual(["api-answered"]);
    expect(skippedAt(findings, "trust")).toEqual({ by: null, reason: "not-needed" });
    const { code, output } = await askOpenssl(address);
    expect(code).toBeNull();
    expect(output).toMatch(/wrong version number|packet length too long|record layer failure/);
  });

  it("tells TLS on a port of plain HTTP, and looks at the registry all the same", async () => {
    const address = await serve([leaf]);
    const findings = await recorder.walk({ registry: address, plainHttp: true, trust: { panel: [root] } });
    expect(problemsOf(findings)).toEqual(["protocol-tls-instead"]);
    expect(codesOf(findings, "trust")).toEqual(["trust-accepted"]);
    expect(codesOf(findings, "api")).toEqual(["api-answered"]);
    expect((await askOpenssl(address, { stored: [root] })).code).toBe(0);
  });

  it("takes plain HTTP where it is meant, with a warning", async () => {
    const address = await servers.listen(createHttpServer(answerEmpty));
    const findings = await recorder.walk({ registry: address, plainHttp: true });
    expect(codesOf(findings, "protocol")).toEqual(["protocol-plain-http-wanted"]);
    expect(problemsOf(findings)).toEqual([]);
  });

  it.each([false, true])("tells what is neither, whether plain HTTP is meant: %s", async (plainHttp) => {
    const address = await servers.serveRaw((socket) => socket.end("SSH-2.0-OpenSSH_9.2p1\r\n"));
    const findings = await recorder.walk({ registry: address, plainHttp });
    expect(problemsOf(findings)).toEqual(["protocol-other"]);
    expect((await askOpenssl(address)).code).toBeNull();
  });

  it("tells a server that says nothing, and one that hangs up", async () => {
    const silent = await servers.serveRaw(() => undefined);
    const options = { connectTimeoutMs: 500, answerTimeoutMs: 500 };
    const quiet = await recorder.walk({ registry: silent, options });
    expect(problemsOf(quiet)).toEqual(["protocol-silent"]);
    expect(skippedAt(quiet, "images")).toEqual({ by: "protocol", reason: "failed" });
    expect((await askOpenssl(silent, { timeoutMs: 300 })).code).toBeNull();
    const closing = await servers.serveRaw((socket) => socket.destroy());
    expect(problemsOf(await recorder.walk({ registry: closing }))).toEqual(["protocol-closed"]);
    expect((await askOpenssl(closing)).output).toMatch(/unexpected eof|reset by peer|errno/i);
  });
});

/**
 * A certificate whose period of validity has no length, but an end (X.690 section 8.1.3.6): OpenSSL reads that, though
 * RFC 5280 section 4.1 does not allow it.
 */
function loosen(der: Uint8Array): Uint8Array {
  const bytes = Buffer.from(der);
  // A SEQUENCE of two times, of 13 letters each.
  const start = bytes.indexOf("301e170d", 0, "hex");
  const end = start + 2 + 30;
  const loose = Buffer.concat([bytes.subarray(0, end), Buffer.alloc(2), bytes.subarray(end)]);
  loose[start + 1] = 0x80;
  // The certificate, and in it what is signed, each with a length of two octets.
  for (const at of [2, 6]) loose.writeUInt16BE(loose.readUInt16BE(at) + 2, at);
  return loose;
}

describe("TLS", () => {
  it.each(["TLSv1", "TLSv1.1"] as const)("tells a server of %s only", async (version) => {
    const address = await serve([leaf], { minVersion: version, maxVersion: version });
    const findings = await recorder.walk({ registry: address, trust: { panel: [root], cluster: [root] } });
    expect(problemsOf(findings)).toEqual(["tls-protocol-too-old"]);
    expect(findingOf(findings, "tls-protocol-too-old").facts.protocol).toBe(version);
    // Its certificates are sound all the same.
    expect(codesOf(findings, "trust")).toEqual(["trust-accepted", "trust-accepted"]);
    expect(skippedAt(findings, "api")).toEqual({ by: "tls", reason: "failed" });
    expect(skippedAt(findings, "images")).toEqual({ by: "api", reason: "failed" });
    const { code, output } = await askOpenssl(address, { args: ["-min_protocol", "TLSv1.2"] });
    expect(code).toBeNull();
    expect(output).toMatch(/protocol version|unsupported protocol/);
  });

  it.each(["TLSv1.2", "TLSv1.3"] as const)(
    "tells who demands a client's certificate by %s",
    async (version) => {
      const options = { requestCert: true, rejectUnauthorized: true, ca: root.pem };
      const address = await serve([leaf], { ...options, minVersion: version, maxVersion: version });
      const findings = await recorder.walk({ registry: address, trust: { panel: [root], cluster: [root] } });
      expect(problemsOf(findings)).toEqual(["tls-client-certificate-wanted"]);
      expect(codesOf(findings, "trust")).toEqual(["trust-accepted", "trust-accepted"]);
      const { output } = await askOpenssl(address, { stored: [root] });
      expect(output).toMatch(/Acceptable client certificate CA names/);
    },
  );

  it("tells how a server ends a handshake", async () => {
    // unrecognized_name (RFC 8446 section 6).
    const alert = Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 112]);
    const address = await servers.serveRaw((socket) => socket.end(alert));
    const findings = await recorder.walk({ registry: address });
    expect(problemsOf(findings)).toEqual(["tls-ended"]);
    expect(findingOf(findings, "tls-ended").facts.alert).toBe("unrecognized-name");
    expect(skippedAt(findings, "trust")).toEqual({ by: "tls", reason: "failed" });
    expect((await askOpenssl(address)).output).toMatch(/unrecognized name/);
  });

  it("tells a slow handshake, and a slow answer", async () => {
    const address = await serve([leaf], {
      SNICallback: (_name, done) => void setTimeout(() => done(null), 60),
    });
    const slow: RequestListener = (request, response) => {
      setTimeout(() => answerEmpty(request, response), 60);
    };
    const options = { slowAfterMs: 50 };
    const handshake = await recorder.walk({ registry: address, trust: { panel: [root] }, options });
    expect(findingOf(handshake, "tls-slow").facts).toMatchObject({ limitMs: 50 });
    expect(problemsOf(handshake)).toEqual([]);
    const answer = await recorder.walk({
      registry: await serve([leaf], {}, slow),
      trust: { panel: [root] },
      options,
    });
    expect(codesOf(answer, "api")).toEqual(["api-answered", "api-slow"]);
    const startedAt = performance.now();
    expect((await askOpenssl(address, { stored: [root] })).code).toBe(0);
    expect(performance.now() - startedAt).toBeGreaterThan(60);
  });

  it("tells certificates that cannot be read", async () => {
    const address = await serve([{ ...leaf, pem: formatPem("CERTIFICATE", loosen(leaf.der)) }]);
    const findings = await recorder.walk({ registry: address });
    expect(findingOf(findings, "tls-certificates-unreadable").facts.count).toBe(1);
    expect(problemsOf(findings)).toEqual(["trust-refused", "chain-no-certificate"]);
  });
});

describe("the clock", () => {
  const shifted =
    (ms: number): RequestListener =>
    (request, response) => {
      response.setHeader("date", new Date(Date.now() + ms).toUTCString());
      answerEmpty(request, response);
    };

  it.each([hourMs, -hourMs])("is told to be wrong by the header Date: %d ms", async (ms) => {
    const address = await serve([leaf], {}, shifted(ms));
    const findings = await recorder.walk({ registry: address, trust: { panel: [root] } });
    const { skewSeconds, explainsValidity } = findingOf(findings, "clock-skewed").facts;
    expect(Math.abs(skewSeconds - ms / 1_000)).toBeLessThan(5);
    expect(explainsValidity).toBe(false);
    expect(problemsOf(findings)).toEqual([]);
    expect((await askOpenssl(address, { stored: [root] })).code).toBe(0);
  });

  it("is told to be why a certificate is not valid", async () => {
    const at = new Date(Date.now() + hourMs);
    const young = issueCertificate({ ...server, issuer: root, notBefore: new Date(Date.now() + hourMs / 2) });
    const address = await serve([young], {}, shifted(hourMs));
    const findings = await recorder.walk({ registry: address, trust: { panel: [root] } });
    expect(problemsOf(findings)).toEqual(["trust-refused", "chain-not-yet-valid"]);
    expect(findingOf(findings, "clock-skewed").facts.explainsValidity).toBe(true);
    expect((await askOpenssl(address, { stored: [root] })).code).toBe(9);
    expect((await askOpenssl(address, { stored: [root], at })).code).toBe(0);
  });

  it("is not told without the header", async () => {
    const address = await serve([leaf], {}, (request, response) => {
      response.sendDate = false;
      answerEmpty(request, response);
    });
    const findings = await recorder.walk({ registry: address, trust: { panel: [root] } });
    expect(codesOf(findings, "clock")).toEqual(["clock-unknown"]);
  });
});

it("has shown all codes that this file is there for", () => {
  expect([...recorder.seen]).toEqual(expect.arrayContaining([...provenCodes.tls]));
});
