import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
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

test("says how to install what cannot be fetched", async () => {
  const notAFolder = join(cacheDir, "file");
  await writeFile(notAFolder, "");
  const failing = findProgram("openssl", { cacheDir: notAFolder, searchPath: "" });
  await expect(failing).rejects.toBeInstanceOf(MissingProgramError);
  await expect(failing).rejects.toThrow(/install/);
});
