import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { runProgram } from "./child-process.ts";
import { findProgram, MissingProgramError } from "./programs.ts";

let cacheDir: string;
beforeAll(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), "drayage-programs-"));
});
afterAll(() => rm(cacheDir, { recursive: true, force: true }));

test.runIf(process.platform === "linux").for([
  ["docker-registry", "--version", "distribution"],
  ["skopeo", "--version", "skopeo version"],
  ["ctr", "--version", "containerd"],
] as const)("fetches %s where it is not installed, and it runs", async ([name, flag, words]) => {
  const program = await findProgram(name, { cacheDir, searchPath: "" });
  expect(program.path.startsWith(cacheDir)).toBe(true);
  const { stdout } = await runProgram(program, [flag]);
  expect(stdout).toContain(words);
});

test.runIf(process.platform === "linux")(
  "fetches several at once where the machine has no lists",
  async () => {
    const state = join(cacheDir, "no-lists");
    await mkdir(join(state, "lists/partial"), { recursive: true });
    await writeFile(join(state, "apt.conf"), `Dir::State "${state}";\n`);
    vi.stubEnv("APT_CONFIG", join(state, "apt.conf"));
    try {
      const options = { cacheDir: join(cacheDir, "several"), searchPath: "" };
      const wanted = ["docker-registry", "openssl", "openssl"] as const;
      const [registry, ...openssl] = await Promise.all(wanted.map((name) => findProgram(name, options)));
      if (!registry) throw new Error("nothing was fetched");
      expect((await runProgram(registry, ["--version"])).stdout).toContain("distribution");
      for (const program of openssl) {
        expect((await runProgram(program, ["version"])).stdout).toContain("OpenSSL");
      }
    } finally {
      vi.unstubAllEnvs();
    }
  },
);

test("says how to install what cannot be fetched", async () => {
  const notAFolder = join(cacheDir, "file");
  await writeFile(notAFolder, "");
  const failing = findProgram("openssl", { cacheDir: notAFolder, searchPath: "" });
  await expect(failing).rejects.toBeInstanceOf(MissingProgramError);
  await expect(failing).rejects.toThrow(/install/);
});
