import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runProgram } from "./child-process.ts";
import { findProgram } from "./programs.ts";
import { startRegistry } from "./registry-server.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "drayage-registry-test-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

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

test("speaks TLS with the certificate it was given", async () => {
  const [certPath, keyPath] = [join(dir, "cert.pem"), join(dir, "key.pem")];
  const openssl = await findProgram("openssl");
  await runProgram(openssl, [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
    ...["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
    ...["-keyout", keyPath, "-out", certPath],
  ]);
  const tls = { cert: await readFile(certPath, "utf8"), key: await readFile(keyPath, "utf8") };
  const registry = await startRegistry({ tls });
  try {
    expect(registry.url.startsWith("https://")).toBe(true);
    const { stderr } = await runProgram(openssl, [
      ...["s_client", "-brief", "-verify_return_error", "-CAfile", certPath, "-connect", registry.host],
    ]);
    expect(stderr).toContain("Verification: OK");
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
