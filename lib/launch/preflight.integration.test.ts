import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCertificateAuthority } from "#lib/testing/certificate-authority.ts";
import { checkCertificate, checkDataFolder, checkFreeSpace, PreflightError } from "./preflight.ts";

let dir: string;
const file = (name: string) => join(dir, name);

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "drayage-preflight-"));
  const authority = await createCertificateAuthority();
  const panel = await authority.issueServer(["panel.example.com", "192.0.2.7"]);
  const other = await authority.issueServer(["other.example.com"]);
  await writeFile(file("panel.crt"), panel.cert + authority.cert);
  await writeFile(file("panel.key"), panel.key);
  await writeFile(file("other.key"), other.key);
  await writeFile(file("text"), "not a certificate");
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe("the data folder", () => {
  test("is made for us alone and left empty", async () => {
    const folder = file("a/b");
    await checkDataFolder(folder);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    await expect(checkDataFolder(folder)).resolves.toBeUndefined();
  });

  test("is refused in words where it cannot be", async () => {
    const failing = checkDataFolder(file("text/data"));
    await expect(failing).rejects.toBeInstanceOf(PreflightError);
    await expect(failing).rejects.toThrow(/text\/data cannot be used: .* is a file\. Set DATA_DIR/);
  });
});

test("a disk that is too full is refused before anything is begun", async () => {
  await checkFreeSpace(dir, 1, "The demo");
  await expect(checkFreeSpace(dir, 1e18, "The demo")).rejects.toThrow(
    /^The demo needs 1000000000000 MB in .*, where \d+ MB are left\. Make room/,
  );
});

describe("the panel's own certificate", () => {
  const check = (cert: string, key: string, PUBLIC_URL = "https://panel.example.com") =>
    checkCertificate({ TLS_CERT_FILE: file(cert), TLS_KEY_FILE: file(key), PUBLIC_URL });

  test("passes with its key, under its name and its address", async () => {
    expect(await check("panel.crt", "panel.key")).toEqual([]);
    expect(await check("panel.crt", "panel.key", "https://192.0.2.7:8443")).toEqual([]);
    expect(await checkCertificate({ PUBLIC_URL: "http://localhost:3000" })).toEqual([]);
  });

  test("of another host is used, and said", async () => {
    const warnings = await check("panel.crt", "panel.key", "https://panel.example.org");
    expect(warnings).toEqual([
      expect.stringMatching(/is not for panel\.example\.org, the host of PUBLIC_URL/),
    ]);
  });

  test.for([
    ["missing.crt", "panel.key", /TLS_CERT_FILE names .*missing\.crt.* there is no such file/],
    ["panel.crt", "missing.key", /TLS_KEY_FILE names .*missing\.key/],
    ["text", "panel.key", /cannot be used with the key in .*panel\.key/],
    ["panel.crt", "other.key", /cannot be used with the key in .*other\.key/],
  ] as const)("%s with %s is refused in words", async ([cert, key, words]) => {
    await expect(check(cert, key)).rejects.toThrow(words);
    await expect(check(cert, key)).rejects.toBeInstanceOf(PreflightError);
  });
});
