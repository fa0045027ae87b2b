import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";

let dir: string;
beforeAll(async () => (dir = await mkdtemp(join(tmpdir(), "drayage-secrets-"))));
afterAll(() => rm(dir, { recursive: true, force: true }));
beforeEach(() => void vi.resetModules());

async function loadSecrets(environment: Record<string, string>) {
  vi.stubEnv("DATA_DIR", environment.DATA_DIR ?? join(dir, "unused"));
  vi.stubEnv("DRAYAGE_SECRET_KEY", environment.DRAYAGE_SECRET_KEY ?? "");
  return import("./secrets.ts");
}

const randomKey = () => randomBytes(32).toString("base64");

describe("encryptSecret", () => {
  test("any text comes back, and never the same way twice", async () => {
    const { encryptSecret, decryptSecret } = await loadSecrets({ DRAYAGE_SECRET_KEY: randomKey() });
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string(), (plaintext, binding) => {
        const stored = encryptSecret(plaintext, binding);
        expect(decryptSecret(stored, binding, "x")).toBe(Buffer.from(plaintext).toString("utf8"));
        expect(encryptSecret(plaintext, binding)).not.toBe(stored);
      }),
      { numRuns: 50 },
    );
  });

  test("a text does not decrypt in another row, with a changed byte, or with another key", async () => {
    const { encryptSecret, decryptSecret } = await loadSecrets({ DRAYAGE_SECRET_KEY: randomKey() });
    const stored = encryptSecret("hunter2", "registry/1");
    const isUnreadable = (error: unknown) => (error as { code?: string }).code === "secret-unreadable";
    const attempt = (text: string, binding: string, decrypt = decryptSecret) => {
      try {
        return decrypt(text, binding, "harbor");
      } catch (error) {
        return error;
      }
    };
    expect(attempt(stored, "registry/1")).toBe("hunter2");
    expect(attempt(stored, "registry/2")).toSatisfy(isUnreadable);
    const [prefix, id, body = ""] = stored.split(":");
    const bytes = Buffer.from(body, "base64");
    for (let index = 0; index < bytes.length; index++) {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(attempt(`${prefix}:${id}:${changed.toString("base64")}`, "registry/1")).toSatisfy(isUnreadable);
    }
    for (const text of ["", "v1", "v2:00:AAAA", `v1:${id}:`]) {
      expect(attempt(text, "registry/1")).toSatisfy(isUnreadable);
    }
    vi.resetModules();
    const other = await loadSecrets({ DRAYAGE_SECRET_KEY: randomKey() });
    expect(attempt(stored, "registry/1", other.decryptSecret)).toSatisfy(isUnreadable);
  });
});

describe("the generated key", () => {
  test("is a 0600 file in a 0700 folder, and the same after a restart", async () => {
    const dataDir = join(dir, "generated");
    const first = await loadSecrets({ DATA_DIR: dataDir });
    const stored = first.encryptSecret("hunter2", "registry/1");
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
    expect((await stat(join(dataDir, "secret.key"))).mode & 0o777).toBe(0o600);
    vi.resetModules();
    const second = await loadSecrets({ DATA_DIR: dataDir });
    expect(second.decryptSecret(stored, "registry/1", "harbor")).toBe("hunter2");
    expect(second.getSessionSecret()).toBe(first.getSessionSecret());
  });

  test("processes that start at once agree on one key, and leave no drafts", async () => {
    const dataDir = join(dir, "at-once");
    const script = 'import("#lib/secrets.ts").then((m) => console.log(m.getSessionSecret()))';
    const runs = Array.from({ length: 4 }, () =>
      promisify(execFile)(process.execPath, ["--conditions=react-server", "--eval", script], {
        env: { ...process.env, NODE_ENV: "production", DATA_DIR: dataDir, DRAYAGE_SECRET_KEY: "" },
      }),
    );
    const outputs = (await Promise.all(runs)).map(({ stdout }) => stdout);
    expect(new Set(outputs).size).toBe(1);
    expect(await readdir(dataDir)).toEqual(["secret.key"]);
  });

  test("gives sign-in another secret than the key itself", async () => {
    const key = randomKey();
    const { getSessionSecret } = await loadSecrets({ DRAYAGE_SECRET_KEY: key });
    expect(getSessionSecret()).toMatch(/^[\w+/]{43}=$/);
    expect(getSessionSecret()).not.toBe(key);
  });
});
