import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startCloudDirectorServer } from "#lib/testing/cloud-director-server.ts";
import { reportOf, runDrayage, startDrayage } from "#lib/testing/drayage-command.ts";
import { issueCertificate } from "#lib/testing/issue-certificate.ts";
import { createLoopbackServers } from "#lib/testing/loopback-servers.ts";
import { startMemoryRegistry, type MemoryRegistry } from "#lib/testing/memory-registry/memory-registry.ts";

const account = { username: "robot", password: "not:simple" };
const root = issueCertificate({ ca: true, keyUsage: ["keyCertSign"], subject: "Lab Root" });
const leaf = issueCertificate({ subject: "localhost", names: ["localhost", "127.0.0.1"], issuer: root });
const tls = { cert: leaf.pem, key: leaf.keyPem };
const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, config: {}, layers: [] }));
const manifestType = "application/vnd.oci.image.manifest.v1+json";

const servers = createLoopbackServers();
let folder: string;
let registry: MemoryRegistry;
const file = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "drayage-doctor-"));
  registry = await startMemoryRegistry({
    tls,
    auth: { scheme: "bearer", ...account, anonymousPull: true },
  });
  for (const [repository, tag] of [
    ["cse/tkg/tkr-compatibility", "v12"],
    ["cse/vmware-cloud-director/cloud-provider-for-cloud-director", "1.6.0"],
    ["cse/tanzu_cli/plugins/plugin-inventory", "latest"],
  ] as const) {
    await registry.putManifest(repository, manifest, manifestType, { tag });
  }
  const auth = Buffer.from(`${account.username}:${account.password}`).toString("base64");
  await Promise.all([
    writeFile(file("lab.pem"), root.pem),
    writeFile(file("lab.der"), root.der),
    writeFile(file("key.pem"), `${root.pem}${root.keyPem}`),
    writeFile(file("empty.pem"), "nothing"),
    writeFile(file("config.json"), JSON.stringify({ auths: { [registry.host]: { auth } } })),
  ]);
});
afterAll(async () => {
  await Promise.all([registry.stop(), servers.close(), rm(folder, { recursive: true, force: true })]);
});

describe("drayage doctor", () => {
  it("says at each step what was seen, and that nothing keeps clusters from pulling", async () => {
    const vcd = await startCloudDirectorServer({ tls, apiToken: "none" });
    const given = ["--ca", file("lab.pem"), "--auth", file("config.json"), "--cloud-director", vcd.host];
    const { status, stdout, stderr } = await runDrayage("doctor", `${registry.host}/cse`, ...given);
    await vcd.close();
    expect(stderr).toBe("");
    for (const line of [
      '  ok       The nodes of clusters would trust it, by "CN=Lab Root".',
      `  ok       Tokens are wanted, and https://${registry.host}/token gives them to whoever asks.`,
      `  ok       ${registry.host}/cse/tkg/tkr-compatibility:v12 was pulled without signing in: sha256:`,
      `  ok       The credentials may push to ${registry.host}/cse/tkg, `,
      "Free disk space: not asked for\n",
      "  ok       127.0.0.1 is Cloud Director 10.5, API 38.1.",
    ]) {
      expect(stdout).toContain(line);
    }
    expect(stdout).toMatch(/\nNothing keeps clusters from pulling\.\n$/);
    expect(status).toBe(0);
    expect(registry.uploadCount()).toBe(0);
  });

  it("says what keeps clusters from pulling, what to do, and what to look at on a node", async () => {
    const { status, stdout } = await runDrayage("doctor", `${registry.host}/cse`, "--no-auth");
    expect(stdout).toContain(
      "  PROBLEM  The nodes of clusters would not trust it: its authority is not trusted.",
    );
    expect(stdout).toContain(
      "           -> Store the certificate of that authority in the lists (--ca here).",
    );
    expect(stdout).toContain(
      `  openssl s_client -connect ${registry.host} -noservername -showcerts </dev/null\n`,
    );
    expect(stdout).toContain(`  sudo crictl pull ${registry.host}/cse/tkg/tkr-compatibility:v12\n`);
    expect(stdout).toMatch(/\nProblems: Trust\n$/);
    expect(status).toBe(1);
  });

  it("gives codes and facts as one document, and nothing of a secret", async () => {
    const proxy = "http://proxy-user:proxy-secret@127.0.0.1:1";
    const given = ["--ca", file("lab.der"), "--auth", file("config.json"), "--json"];
    const ended = await runDrayage("doctor", `${registry.host}/cse`, "--proxy", proxy, ...given);
    expect(ended.status).toBe(1);
    expect(reportOf(ended)).toMatchObject({
      registry: registry.host,
      base: "cse",
      worst: "error",
      findings: expect.arrayContaining([
        {
          step: "proxy",
          code: "proxy-unreachable",
          severity: "error",
          facts: { proxy: "127.0.0.1:1", platformCode: "ECONNREFUSED" },
        },
        { step: "images", code: "skipped", severity: "skipped", facts: { by: "proxy", reason: "failed" } },
      ]) as unknown,
      nodeCommands: expect.arrayContaining([
        { purpose: "ask-registry", command: `curl -sS -i https://${registry.host}/v2/` },
      ]) as unknown,
    });
    expect(ended.stdout).not.toMatch(/secret|not:simple/);
  });

  it("lets no server write to the terminal as it likes", async () => {
    const red = issueCertificate({ subject: "\u001b[31mRed", names: ["127.0.0.1"] });
    const origin = await servers.serveTls({ cert: red.pem, key: red.keyPem });
    const { stdout } = await runDrayage("doctor", new URL(origin).host, "--no-auth");
    expect(stdout).toContain("31mRed");
    expect(stdout).not.toContain("\u001b");
  });

  it("ends in time, and when it is interrupted", async () => {
    const silent = await servers.serveRaw(() => undefined);
    const late = await runDrayage("doctor", silent, "--no-auth", "--timeout", "1");
    expect(late.stdout).toContain("Protocol\n  PROBLEM  The time for all steps, 1 s, was over here.\n");
    expect(late.stdout).toContain('Cloud Director: not looked at, since "Protocol" failed\n');
    expect(late.status).toBe(1);
    const { child, ended } = startDrayage(["doctor", silent, "--no-auth"]);
    child.stdout?.once("data", () => child.kill("SIGINT"));
    expect(await ended).toMatchObject({ status: 1, stderr: "drayage doctor: Cancelled.\n" });
  });

  it.each([
    [
      "a certificate with a private key",
      ["--ca", "key.pem"],
      "has a private key; only certificates belong there",
    ],
    ["a file without a certificate", ["--ca", "empty.pem"], "has no certificate that can be read"],
    ["a file that is not there", ["--ca", "missing.pem"], "no such file"],
  ])("refuses %s", async (_what, [option = "", name = ""], message) => {
    const { status, stdout, stderr } = await runDrayage("doctor", registry.host, option, file(name));
    expect(stderr).toContain(message);
    expect(stdout).toBe("");
    expect(status).toBe(2);
  });
});
