import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fillRegistry } from "#lib/demo/fill-registry.ts";
import type { ReleaseImage } from "#lib/demo/generate-release.ts";
import { createCertificateAuthority } from "./certificate-authority.ts";
import { runProgram } from "./child-process.ts";
import { findProgram } from "./programs.ts";
import { startRegistry } from "./registry-server.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "drayage-registry-test-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const image = "tkg/pause:3.7";
const only = ({ repository }: ReleaseImage) => repository === "tkg/pause";
const skopeo = async (...args: string[]) => runProgram(await findProgram("skopeo"), [...args]);

test("answers on loopback, logs requests, keeps its folder and ends", async () => {
  const logPath = join(dir, "access.log");
  const registry = await startRegistry({ rootDir: join(dir, "storage"), logPath });
  expect(registry.host).toMatch(/^127\.0\.0\.1:\d+$/);
  const response = await fetch(`${registry.url}/v2/_catalog`);
  expect(await response.json()).toEqual({ repositories: [] });
  const lines = await registry.accessLog();
  expect(lines.filter((line) => line.includes("GET /v2/_catalog"))).toHaveLength(1);
  await registry.stop();
  await expect(fetch(`${registry.url}/v2/`)).rejects.toThrow();
});

test("asks for the password it was given", async () => {
  const registry = await startRegistry({ htpasswd: { username: "robot", password: "s3cret" } });
  try {
    const ask = (password: string) =>
      fetch(`${registry.url}/v2/`, {
        headers: { authorization: `Basic ${Buffer.from(`robot:${password}`).toString("base64")}` },
      });
    expect((await fetch(`${registry.url}/v2/`)).status).toBe(401);
    expect((await ask("wrong")).status).toBe(401);
    expect((await ask("s3cret")).status).toBe(200);
  } finally {
    await registry.stop();
  }
});

test("speaks TLS with the certificate it was given, HTTP/2 unless told otherwise", async () => {
  const authority = await createCertificateAuthority();
  const tls = await authority.issueServer(["127.0.0.1"]);
  const caFile = join(dir, "ca.crt");
  await writeFile(caFile, authority.cert);
  const openssl = await findProgram("openssl");
  for (const http2 of [true, false]) {
    const registry = await startRegistry({ tls, http2 });
    try {
      expect(registry.url.startsWith("https://")).toBe(true);
      const { stdout } = await runProgram(openssl, [
        ...["s_client", "-verify_return_error", "-alpn", "h2,http/1.1", "-CAfile", caFile],
        ...["-connect", registry.host],
      ]);
      expect(stdout).toContain("Verify return code: 0 (ok)");
      expect(stdout).toContain(`ALPN protocol: ${http2 ? "h2" : "http/1.1"}`);
    } finally {
      await registry.stop();
    }
  }
});

test("lets in, by mutual TLS, who shows a certificate of the authority it was given", async () => {
  const [servers, clients, others] = await Promise.all(
    ["Servers", "Clients", "Others"].map((name) => createCertificateAuthority(name)),
  );
  if (!servers || !clients || !others) throw new Error("no authorities");
  const registry = await startRegistry({
    tls: { ...(await servers.issueServer(["127.0.0.1"])), clientCa: clients.cert },
  });
  const inspectAs = async (name: string, client?: { cert: string; key: string }) => {
    const certDir = join(dir, name);
    await mkdir(certDir);
    await writeFile(join(certDir, "ca.crt"), servers.cert);
    if (client) await writeFile(join(certDir, "client.cert"), client.cert);
    if (client) await writeFile(join(certDir, "client.key"), client.key);
    return skopeo("list-tags", "--cert-dir", certDir, `docker://${registry.host}/nothing`);
  };
  try {
    // The registry itself answers: it has no such repository.
    await expect(inspectAs("known", await clients.issueClient("robot"))).rejects.toThrow(/404/);
    await expect(inspectAs("unknown", await others.issueClient("robot"))).rejects.toThrow(/tls: /);
    await expect(inspectAs("none")).rejects.toThrow(/tls: /);
  } finally {
    await registry.stop();
  }
});

test("keeps what it hands on of another registry, and takes nothing itself", async () => {
  const upstream = await startRegistry();
  const cache = await startRegistry({ proxyOf: upstream.url });
  try {
    await fillRegistry(upstream.url, { scale: 0.01, only });
    await skopeo("inspect", "--tls-verify=false", `docker://${cache.host}/${image}`);
    // Other bytes, which are not there yet.
    await expect(fillRegistry(cache.url, { scale: 0.02, only })).rejects.toThrow();
    await skopeo(
      "copy",
      "-q",
      "--src-tls-verify=false",
      `docker://${cache.host}/${image}`,
      `dir:${dir}/cached`,
    );
  } finally {
    await Promise.all([cache.stop(), upstream.stop()]);
  }
});

test("refuses what it was told to refuse", async () => {
  const rootDir = join(dir, "read-only");
  const first = await startRegistry({ rootDir, deleteEnabled: false });
  try {
    await fillRegistry(first.url, { scale: 0.01, only });
    await expect(skopeo("delete", "--tls-verify=false", `docker://${first.host}/${image}`)).rejects.toThrow();
  } finally {
    await first.stop();
  }
  const frozen = await startRegistry({ rootDir, readOnly: true });
  try {
    await skopeo("inspect", "--tls-verify=false", `docker://${frozen.host}/${image}`);
    const upload = await fetch(`${frozen.url}/v2/a/blobs/uploads/`, { method: "POST" });
    expect(upload.status).toBe(405);
  } finally {
    await frozen.stop();
  }
  const open = await startRegistry({ rootDir });
  try {
    await skopeo("delete", "--tls-verify=false", `docker://${open.host}/${image}`);
    await expect(skopeo("inspect", "--tls-verify=false", `docker://${open.host}/${image}`)).rejects.toThrow(
      /manifest unknown/,
    );
  } finally {
    await open.stop();
  }
});

test.for([
  [["^https://vendor\\.example\\.com/"], 201],
  [undefined, 500],
] as const)("foreign layers at %s are answered by %s", async ([foreignLayerUrls, status]) => {
  const registry = await startRegistry({ ...(foreignLayerUrls && { foreignLayerUrls }) });
  const hash = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;
  try {
    const config = "{}";
    const begun = await fetch(`${registry.url}/v2/a/blobs/uploads/`, { method: "POST" });
    const target = new URL(begun.headers.get("location") ?? "", registry.url);
    target.searchParams.set("digest", hash(config));
    expect((await fetch(target, { method: "PUT", body: config })).status).toBe(201);
    const type = "application/vnd.docker.distribution.manifest.v2+json";
    const manifest = {
      schemaVersion: 2,
      mediaType: type,
      config: { mediaType: "application/vnd.docker.container.image.v1+json", size: 2, digest: hash(config) },
      layers: [
        {
          mediaType: "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
          size: 7,
          digest: hash("foreign"),
          urls: ["https://vendor.example.com/layer"],
        },
      ],
    };
    const put = await fetch(`${registry.url}/v2/a/manifests/v1`, {
      method: "PUT",
      headers: { "content-type": type },
      body: JSON.stringify(manifest),
    });
    expect(put.status).toBe(status);
  } finally {
    await registry.stop();
  }
});

test("says what stands in the way of a start", async () => {
  const registry = await startRegistry();
  try {
    const port = Number(registry.host.split(":")[1]);
    await expect(startRegistry({ port })).rejects.toThrow(/address already in use/);
  } finally {
    await registry.stop();
  }
});
