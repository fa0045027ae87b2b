import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildImage, buildIndex, buildLayer } from "#lib/demo/sample-image.ts";
import { createCertificateAuthority } from "#lib/testing/certificate-authority.ts";
import { startMemoryRegistry, type MemoryRegistry } from "#lib/testing/memory-registry/memory-registry.ts";
import { pushSample } from "#lib/testing/push-sample.ts";
import { startRegistry, type RegistryServer } from "#lib/testing/registry-server.ts";
import type { Digest } from "../engine/oci/digest.ts";
import { ociImageConfig, ociImageManifest, ociLayerGzip } from "../engine/oci/media-types.ts";
import { parseRegistryHost, parseRepository, parseTag } from "../engine/oci/reference.ts";
import { createRegistryClient } from "../engine/oci/registry-client.ts";

const program = fileURLToPath(new URL("main.ts", import.meta.url));
const account = { username: "robot", password: "not:simple" };
const arm64 = { os: "linux", architecture: "arm64" };
const amd64 = { os: "linux", architecture: "amd64" };
const foreignLayer = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";

let dir: string;
let source: MemoryRegistry;
let target: RegistryServer;
let layerDigest: Digest;
const file = (name: string) => join(dir, name);

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "drayage-cli-tls-"));
  const ca = await createCertificateAuthority();
  const client = await ca.issueClient("mirror");
  source = await startMemoryRegistry();
  target = await startRegistry({
    tls: { ...(await ca.issueServer(["127.0.0.1"])), clientCa: ca.cert },
    htpasswd: account,
  });
  const auth = Buffer.from(`${account.username}:${account.password}`).toString("base64");
  await Promise.all([
    writeFile(file("ca.pem"), ca.cert),
    writeFile(file("client.pem"), client.cert),
    writeFile(file("client.key"), client.key),
    writeFile(file("config.json"), JSON.stringify({ auths: { [target.host]: { auth } } })),
    writeFile(file("list.txt"), "tkg/app:v1\n"),
    writeFile(file("empty.json"), "{}"),
  ]);
  const layer = (seed: string) => buildLayer([{ path: "data", content: { seed, sizeBytes: 40_000 } }]);
  const image = (platform: typeof amd64) =>
    buildImage({ format: "oci", platform, layers: [layer("base"), layer(platform.architecture)] });
  const index = buildIndex(
    "oci",
    [amd64, arm64].map((platform) => ({ platform, image: image(platform) })),
  );
  layerDigest = layer("base").digest;
  const registry = createRegistryClient({
    registry: parseRegistryHost(source.host),
    plainHttp: true,
    access: "pull,push",
  });
  await pushSample(registry, parseRepository("tkg/app"), parseTag("v1"), index);
  await registry.close();
});
afterAll(async () => {
  await Promise.all([source.stop(), target.stop()]);
  await rm(dir, { recursive: true, force: true });
});

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(...args: string[]): Promise<Ended> {
  const env = { ...process.env, DOCKER_CONFIG: dir, REGISTRY_AUTH_FILE: "" };
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { env }, (error, stdout, stderr) => {
      resolve({ status: typeof error?.code === "number" ? error.code : error ? -1 : 0, stdout, stderr });
    });
  });
}

const ends = () => [
  ...["--from", source.host, "--from-plain-http", "--to", `${target.host}/base`],
  ...["--list", file("list.txt")],
];
const trusted = () => ["--to-ca", file("ca.pem")];
const known = () => ["--to-cert", file("client.pem"), "--to-key", file("client.key")];

describe("drayage copy to a registry that trusts few", () => {
  test("names the certificate, the credentials or the client certificate that it lacks", async () => {
    const untrusted = await run("copy", ...ends(), ...known());
    expect(untrusted).toMatchObject({ status: 1 });
    expect(untrusted.stderr).toContain("--to-ca");
    const anonymous = await run("copy", ...ends(), ...trusted(), ...known(), "--to-auth", file("empty.json"));
    expect(anonymous).toMatchObject({ status: 1 });
    expect(anonymous.stderr).toMatch(/wants credentials.*--to-auth/);
    const nameless = await run("copy", ...ends(), ...trusted());
    expect(nameless).toMatchObject({ status: 1 });
    expect(nameless.stderr).toContain(target.host);
    expect(`${untrusted.stderr}${anonymous.stderr}${nameless.stderr}`).not.toContain(account.password);
  });

  test("refuses files that are not there or no such files before anything is asked", async () => {
    source.clearRequests();
    for (const options of [
      ["--to-ca", file("missing.pem")],
      ["--to-auth", file("list.txt")],
    ]) {
      const ended = await run("copy", ...ends(), ...options);
      expect(ended).toMatchObject({ status: 2, stdout: "" });
      expect(ended.stderr).toContain(dir);
    }
    expect(source.requests()).toEqual([]);
  });

  test("copies with all three, taking credentials from where docker keeps them", async () => {
    const ended = await run("copy", ...ends(), ...trusted(), ...known(), "--json");
    expect(ended).toMatchObject({ status: 0, stderr: "" });
    expect(JSON.parse(ended.stdout)).toMatchObject({ images: 1, copied: 1, failed: 0 });
  });

  test("says what a registry does not take when platforms are left out", async () => {
    const to = ["--to", `${target.host}/sparse`];
    const ended = await run("copy", ...ends(), ...to, ...trusted(), ...known(), "--platform", "linux/arm64");
    expect(ended).toMatchObject({ status: 1 });
    expect(ended.stderr).toMatch(/does not take .*linux\/amd64/);
  });

  test("keeps to the limits of requests and bytes", async () => {
    const to = ["--to", `${target.host}/slow`];
    const startedAt = performance.now();
    const ended = await run("copy", ...ends(), ...to, ...trusted(), ...known(), "--bandwidth", "50K");
    expect(ended.status).toBe(0);
    // The last of three layers of 40 KB waits for the others, a fifth of a second of which is free.
    expect(performance.now() - startedAt).toBeGreaterThan(1300);
  });
});

describe("drayage verify", () => {
  const verify = (...args: string[]) => run("verify", ...ends(), ...trusted(), ...known(), "--json", ...args);
  const reportOf = ({ stdout }: Ended) => JSON.parse(stdout) as Record<string, unknown>;

  test("tells its options", async () => {
    const { status, stdout } = await run("verify", "--help");
    expect(status).toBe(0);
    const own = ["--blobs", "--platform", "--referrers", "--include-foreign", "--no-extra"];
    expect(own.filter((option) => !stdout.includes(`  ${option} `))).toEqual([]);
  });

  test("finds the same, with every blob read", async () => {
    const ended = await verify("--blobs");
    expect(ended).toMatchObject({ status: 0 });
    expect(reportOf(ended)).toMatchObject({ images: 1, same: 1, missing: 0, damaged: 0, findings: [] });
  });

  test("tells missing, different and extra images apart", async () => {
    const registry = createRegistryClient({
      registry: parseRegistryHost(source.host),
      plainHttp: true,
      access: "pull,push",
    });
    const other = buildImage({ format: "docker", platform: amd64, layers: [] });
    for (const tag of ["v2", "v3"]) {
      await pushSample(registry, parseRepository("tkg/app"), parseTag(tag), other);
    }
    await writeFile(file("all.txt"), "tkg/app:v1\ntkg/app:v2\ntkg/app:v3\n");
    const all = ["--list", file("all.txt")];
    expect((await run("copy", ...ends(), ...trusted(), ...known(), ...all)).status).toBe(0);
    await source.moveTag("tkg/app", "v2", source.findTag("tkg/app", "v1") ?? "");
    await writeFile(file("later.txt"), "tkg/app:v1\ntkg/app:v2\ntkg/app:v4\n");
    await source.moveTag("tkg/app", "v4", source.findTag("tkg/app", "v1") ?? "");
    const ended = await verify("--list", file("later.txt"));
    await registry.close();
    expect(ended.status).toBe(1);
    expect(reportOf(ended)).toMatchObject({
      images: 3,
      same: 1,
      missing: 1,
      different: 1,
      extra: 1,
      failed: 0,
    });
    expect(ended.stderr).toMatch(/^different: .*tkg\/app:v2 is sha256:/m);
    expect(ended.stderr).toMatch(/^missing: .*tkg\/app:v4 /m);
    expect(ended.stderr).toMatch(/^extra: .*tkg\/app:v3 /m);
    const quiet = await verify("--no-extra");
    expect(quiet).toMatchObject({ status: 0 });
    expect(reportOf(quiet)).toMatchObject({ same: 1, extra: 0 });
  });

  test("finds a blob that is not what its digest says, by reading it", async () => {
    const damaged = await startMemoryRegistry();
    const to = ["--to", `${damaged.host}/base`, "--to-plain-http"];
    const sides = ["--from", source.host, "--from-plain-http", "--list", file("list.txt")];
    expect((await run("copy", ...sides, ...to)).status).toBe(0);
    damaged.faults.add({
      match: { kind: "get-blob", digest: layerDigest },
      action: { kind: "wrong-bytes" },
      times: Infinity,
    });
    expect((await run("verify", ...sides, ...to)).status).toBe(0);
    const read = await run("verify", ...sides, ...to, "--blobs");
    expect(read).toMatchObject({ status: 1 });
    expect(read.stderr).toMatch(new RegExp(`^damaged: .* at the target ${damaged.host} is not what`, "m"));
    damaged.faults.clear();
    await damaged.removeBlob("base/tkg/app", layerDigest);
    expect((await run("verify", ...sides, ...to, "--blobs")).stderr).toMatch(/^damaged: .*not at/m);
    await damaged.stop();
  });

  test("reads signatures and foreign layers where they were copied, and says what cannot be listed", async () => {
    const standing = await startMemoryRegistry();
    const put = async (bytes: Buffer, mediaType: string) => ({
      mediaType,
      digest: await source.putBlob("tkg/signed", bytes),
      size: bytes.byteLength,
    });
    const config = await put(Buffer.from(JSON.stringify(amd64)), ociImageConfig);
    const foreign = await put(Buffer.from("not ours"), foreignLayer);
    const putImage = async (layers: object[], tag?: string) => {
      const raw = Buffer.from(
        JSON.stringify({ schemaVersion: 2, mediaType: ociImageManifest, config, layers }),
      );
      return source.putManifest("tkg/signed", raw, ociImageManifest, { ...(tag !== undefined && { tag }) });
    };
    const root = await putImage([foreign], "v1");
    const signature = await put(Buffer.from("signed"), ociLayerGzip);
    await putImage([signature], `${root.replace(":", "-")}.sig`);
    await writeFile(file("signed.txt"), "tkg/signed:v1\n");
    const sides = [
      ...["--from", source.host, "--from-plain-http", "--list", file("signed.txt")],
      ...["--to", `${standing.host}/base`, "--to-plain-http"],
    ];
    const along = ["--referrers", "--include-foreign"];
    expect((await run("copy", ...sides, ...along)).status).toBe(0);
    const whole = await run("verify", ...sides, ...along, "--blobs", "--json");
    expect(whole.status).toBe(0);
    // A signature is no image of its own.
    expect(reportOf(whole)).toMatchObject({ same: 1, extra: 0 });

    await standing.removeBlob("base/tkg/signed", foreign.digest);
    expect((await run("verify", ...sides, "--referrers", "--blobs")).status).toBe(0);
    expect((await run("verify", ...sides, "--include-foreign", "--blobs")).stderr).toMatch(/^damaged: /m);
    await standing.removeBlob("base/tkg/signed", signature.digest);
    expect((await run("verify", ...sides, "--blobs")).status).toBe(0);
    expect((await run("verify", ...sides, "--referrers", "--blobs")).stderr).toMatch(/^damaged: /m);

    standing.faults.add({
      match: { kind: "list-tags" },
      action: { kind: "status", status: 403, code: "DENIED" },
    });
    const unlisted = await run("verify", ...sides, "--json");
    expect(unlisted.status).toBe(1);
    expect(reportOf(unlisted)).toMatchObject({ same: 1, failed: 1, extra: 0 });
    await standing.stop();
  });
});
