import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const program = fileURLToPath(new URL("main.ts", import.meta.url));
const tools = { sha256: "sha256sum", sha1: "sha1sum", md5: "md5sum" } as const;
let dir: string;
let small: string;
let sparse: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "drayage-checksum-test-"));
  small = await put("photon 5.ova", "what was downloaded");
  sparse = join(dir, "large.iso");
  const file = await open(sparse, "w");
  await file.truncate(150_000_000);
  await file.write("the end", 149_999_000);
  await file.close();
});
afterAll(async () => {
  await rm(dir, { recursive: true, force: true });
});

async function put(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(dir, name);
  await writeFile(path, content);
  return path;
}

async function run(args: readonly string[], input = "") {
  const child = spawn(process.execPath, [program, "checksum", ...args], { cwd: dir });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()));
  child.stdin.end(input);
  await once(child, "close");
  return { status: child.exitCode, ...output };
}

/** What the system's own programs print. */
async function sumsOf(...files: string[]): Promise<Record<keyof typeof tools, string>> {
  const print = async (tool: string) => (await promisify(execFile)(tool, files, { cwd: dir })).stdout;
  const [sha256, sha1, md5] = await Promise.all([print(tools.sha256), print(tools.sha1), print(tools.md5)]);
  return { sha256, sha1, md5 };
}

const hexOf = (line: string) => line.slice(0, line.indexOf(" "));
const reportOf = ({ stdout }: { stdout: string }) => JSON.parse(stdout) as { files: unknown[] };

describe("drayage checksum", () => {
  test("computes what sha256sum, sha1sum and md5sum compute", async () => {
    const empty = await put("empty", "");
    const ended = await run([small, sparse, empty, "--json"]);
    expect(ended).toMatchObject({ status: 0, stderr: "" });
    const files = await Promise.all(
      [small, sparse, empty].map(async (file) => {
        const { sha256, sha1, md5 } = await sumsOf(file);
        return { file, sha256: hexOf(sha256), sha1: hexOf(sha1), md5: hexOf(md5), result: null };
      }),
    );
    expect(reportOf(ended)).toMatchObject({ files, failures: [] });
    expect(reportOf(ended)).toMatchObject({
      files: [{ sizeBytes: 19 }, { sizeBytes: 150_000_000 }, { sizeBytes: 0 }],
    });
  });

  test("compares with the files those programs write, and with standard input", async () => {
    const sums = await sumsOf("photon 5.ova", "large.iso");
    const list = await put("SHA256SUMS", sums.sha256);
    const matching = await run(["photon 5.ova", "large.iso", "--expect-file", list]);
    expect(matching).toMatchObject({ status: 0, stderr: "" });
    expect(matching.stdout.match(/matches what was published/g)).toHaveLength(2);
    const all = await run(["photon 5.ova", "--expect-file", "-", "--json"], Object.values(sums).join(""));
    expect(all.status).toBe(0);
    expect(reportOf(all).files).toMatchObject([{ result: "match" }]);
    const tagged = await promisify(execFile)("sha1sum", ["--tag", "photon 5.ova"], { cwd: dir });
    const utf16 = await put("utf16.txt", Buffer.from(`\ufeff${tagged.stdout}`, "utf16le"));
    expect(await run(["photon 5.ova", "--expect-file", utf16])).toMatchObject({ status: 0 });
    const piped = await run(["-", "--expect", hexOf(sums.md5)], "what was downloaded");
    expect(piped).toMatchObject({ status: 0, stderr: "" });
  });

  test("fails when a value does not match, or when none is for the file", async () => {
    const { sha1, md5 } = await sumsOf(small);
    const wrong = hexOf(md5).replace(/^./, (digit) => (digit === "0" ? "1" : "0"));
    const mismatch = await run([small, "--expect", `SHA1SUM: ${hexOf(sha1)}\nMD5SUM: ${wrong}`]);
    expect(mismatch).toMatchObject({ status: 1, stderr: "" });
    expect(mismatch.stdout).toContain("DOES NOT MATCH");
    expect(mismatch.stdout).toMatch(new RegExp(`SHA-1 +${hexOf(sha1)}  matches\n`));
    expect(mismatch.stdout).toMatch(new RegExp(`MD5 +${hexOf(md5)}  does not match\n +published ${wrong}\n`));
    const other = await run([small, "--expect", `${wrong}  other.ova`]);
    expect(other.status).toBe(1);
    expect(other.stdout).toContain("nothing was published for a file of this name");
  });

  test("says what it cannot read or understand, and does the rest", async () => {
    const { sha256 } = await sumsOf(small);
    const expected = ["--expect", `${hexOf(sha256)}\nSHA-512: ${"a".repeat(128)}`];
    const partly = await run([join(dir, "missing"), dir, small, ...expected]);
    expect(partly.status).toBe(2);
    expect(partly.stderr).toContain("missing: ENOENT");
    expect(partly.stderr).toContain("EISDIR");
    expect(partly.stderr).toContain("line 2: a value of 128 digits cannot be used");
    expect(partly.stdout).toContain("photon 5.ova: 19 B, matches");
    const cases: [string[], string][] = [
      [[], "no file is named"],
      [[small, "--sha256"], "--sha256"],
      [[small, "--expect", "nothing of use"], "no SHA-256, SHA-1 or MD5 in it"],
      [[small, "--expect", hexOf(sha256).slice(1)], "63 digits cannot be used, part of it may be missing"],
      [[small, "--expect", "a", "--expect-file", "b"], "exclude each other"],
      [[small, "--expect-file", "no-such-file"], "ENOENT"],
      [["-", "--expect-file", "-"], "only once"],
      [[small, "--expect-file", sparse], "too long"],
    ];
    for (const [args, words] of cases) {
      const ended = await run(args);
      expect(ended).toMatchObject({ status: 2, stdout: "" });
      expect(ended.stderr).toContain(words);
      expect(ended.stderr).not.toContain("    at ");
    }
  });

  test("tells its options", async () => {
    const ended = await run(["--help"]);
    expect(ended).toMatchObject({ status: 0, stderr: "" });
    for (const option of ["--expect", "--expect-file", "--json"]) expect(ended.stdout).toContain(option);
  });
});
