import {
  appendFile,
  copyFile,
  cp,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  truncate,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { buildSeeded, startBundleJourney, type BundleJourney } from "#lib/testing/bundle-journey.ts";
import { runProgram } from "#lib/testing/child-process.ts";
import { reportOf, runDrayage, type EndedCommand } from "#lib/testing/drayage-command.ts";

let journey: BundleJourney;
const at = (...names: string[]) => join(journey.dir, ...names);
const program = (path: string) => ({ path, env: {} });
const importInto = (folder: string, base: string, ...more: string[]) =>
  runDrayage(...journey.importFrom(folder, "--to", `${journey.target.host}/${base}`, ...more));
const codesOf = (ended: EndedCommand) =>
  (reportOf(ended) as { findings: { code: string }[] }).findings.map(({ code }) => code);

beforeAll(async () => {
  journey = await startBundleJourney();
  await journey.put("app:v1", buildSeeded({ base: 400_000, app: 300_000 }));
  await journey.put("tool:v1", buildSeeded({ base: 400_000, tool: 300_000 }));
});
afterAll(() => journey.stop());
beforeEach(() => journey.target.clearRequests());

async function sumFolder(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith("SHA256SUMS"));
  const { stdout } = await runProgram(program("sha256sum"), names, { cwd: folder });
  await writeFile(join(folder, "SHA256SUMS"), stdout);
}

describe("a bundle that builds on an earlier one", () => {
  beforeAll(async () => {
    await journey.make("winter", ["app:v1", "tool:v1"]);
    await journey.put("app:v2", buildSeeded({ base: 400_000, app: 300_000, "app 2": 100_000 }));
    await journey.put("new:v1", buildSeeded({ base: 400_000, new: 100_000 }));
    journey.source.clearRequests();
    await journey.make("spring", ["app:v1", "tool:v1", "app:v2", "new:v1"], "--since", at("winter"));
  });

  test("has only what is new", async () => {
    const fetched = journey.source
      .requests({ kind: "get-blob" })
      .reduce((sum, { bytesOut }) => sum + bytesOut, 0);
    expect(fetched).toBeLessThan(210_000);
    const report = reportOf(await runDrayage("bundle", "inspect", at("spring"), "--json"));
    expect(report).toMatchObject({ base: { name: "winter" }, sizeBytes: expect.any(Number) as number });
    expect(report.sizeBytes).toBeLessThan(230_000);
    const images = report.images as { repository: string; tag: string; inBase: boolean }[];
    expect(images.map(({ repository, tag, inBase }) => [repository, tag, inBase]).sort()).toEqual([
      ["app", "v1", true],
      ["app", "v2", false],
      ["new", "v1", false],
      ["tool", "v1", true],
    ]);
    expect(await runDrayage("bundle", "verify", at("spring"))).toMatchObject({ status: 0 });
    const words = await runDrayage("bundle", "inspect", at("spring"));
    expect(words.stdout).toContain("\nbuilds on winter, ");
    expect(words.stdout).toMatch(/app:v1@sha256:\w+ {2}\(came with the earlier bundle\)/);
  });

  test("is refused before anything is written where its base is not, and the base and what is lacking are named", async () => {
    const ended = await importInto("spring", "nowhere");
    expect(ended.status).toBe(1);
    expect(codesOf(ended)).toEqual(["bundle-base-missing"]);
    expect(ended.stderr).toContain('builds on "winter"');
    expect(ended.stderr).toContain("nowhere/app:v1@sha256:");
    expect(journey.writes()).toEqual([]);
    expect(journey.target.listRepositories()).toEqual([]);
  });

  test("is refused where only a part of its base is, or another image under the same tag", async () => {
    expect((await importInto("winter", "part")).status).toBe(0);
    const [tag, other] = ["v1", journey.source.findTag("tool", "v1") ?? ""];
    await journey.target.moveTag("part/app", tag, other);
    journey.target.clearRequests();
    expect(codesOf(await importInto("spring", "part"))).toEqual(["bundle-base-missing"]);
    await journey.target.moveTag("part/app", tag, journey.source.findTag("app", "v1") ?? "");
    const [layer] = buildSeeded({ base: 400_000 }).blobs.slice(1);
    for (const name of ["app", "tool"])
      await journey.target.removeBlob(`part/${name}`, layer?.descriptor.digest ?? "");
    const ended = await importInto("spring", "part");
    expect(codesOf(ended)).toEqual(["bundle-base-missing"]);
    expect(ended.stderr).toContain(layer?.descriptor.digest);
    expect(journey.writes()).toEqual([]);
  });

  test("is imported after its base, with mounts of what that has brought, and without its source", async () => {
    expect(reportOf(await importInto("winter", "mirror"))).toMatchObject({ copied: 2, failed: 0 });
    journey.target.clearRequests();
    journey.source.clearRequests();
    const ended = await importInto("spring", "mirror");
    const report = reportOf(ended);
    expect(report).toMatchObject({ images: 4, copied: 2, skipped: 2, failed: 0, findings: [] });
    expect(report.blobsMounted).toBeGreaterThanOrEqual(1);
    expect(report.bytesTransferred).toBeLessThan(210_000);
    expect(journey.target.requests({ kind: "mount" }).length).toBeGreaterThanOrEqual(1);
    expect(journey.source.requests()).toEqual([]);
    for (const path of ["app:v1", "app:v2", "tool:v1", "new:v1"]) {
      const [name = "", tag = ""] = path.split(":");
      expect(journey.target.findTag(`mirror/${name}`, tag)).toBe(journey.source.findTag(name, tag));
    }
    expect(
      (await journey.target.verifyAll()).problems.filter(({ repository }) => repository.startsWith("mirror")),
    ).toEqual([]);
  });

  test("is base of the next, for which a bundle.json alone is enough", async () => {
    await journey.put("new:v2", buildSeeded({ base: 400_000, new: 100_000, "new 2": 50_000 }));
    await mkdir(at("kept"));
    await copyFile(at("spring", "bundle.json"), at("kept", "spring.json"));
    await journey.make("summer", ["new:v2", "app:v1"], "--since", at("kept", "spring.json"));
    const report = reportOf(await runDrayage("bundle", "inspect", at("summer"), "--json"));
    expect(report).toMatchObject({ base: { name: "spring" } });
    expect(report.sizeBytes).toBeLessThan(80_000);
    expect(reportOf(await importInto("summer", "mirror"))).toMatchObject({
      copied: 1,
      skipped: 1,
      failed: 0,
    });
    expect(journey.target.findTag("mirror/new", "v2")).toBe(journey.source.findTag("new", "v2"));
  });
});

describe("a signed bundle", () => {
  let fingerprint: string;
  const openssl = program("openssl");
  const sums = () => at("signed", "SHA256SUMS");

  beforeAll(async () => {
    await runProgram(openssl, ["genpkey", "-algorithm", "ed25519", "-out", at("key.pem")]);
    await journey.make("signed", ["app:v1"], "--sign-key", at("key.pem"));
    const der = ["pkey", "-in", at("key.pem"), "-pubout", "-outform", "DER", "-out", at("key.der")];
    await runProgram(openssl, der);
    fingerprint = (await runProgram(program("sha256sum"), [at("key.der")])).stdout.slice(0, 64);
  });

  test("is checked by openssl, and shows the fingerprint of its key", async () => {
    const key = ["-pubin", "-inkey", `${sums()}.pub`];
    const files = ["-in", sums(), "-sigfile", `${sums()}.sig`];
    const checked = await runProgram(openssl, ["pkeyutl", "-verify", "-rawin", ...key, ...files]);
    expect(checked.stdout).toContain("Signature Verified Successfully");
    const report = reportOf(await runDrayage("bundle", "inspect", at("signed"), "--json"));
    expect(report).toMatchObject({ signedBy: fingerprint });
    expect(JSON.stringify(await readdir(at("signed")))).not.toContain("key.pem");
  });

  test("is imported only when its key is trusted", async () => {
    for (const trust of [[], ["--trust-key", "a".repeat(64)]]) {
      const ended = await importInto("signed", "signed", ...trust);
      expect(ended.status).toBe(1);
      expect(codesOf(ended)).toEqual(["bundle-key-unknown"]);
      expect(ended.stderr).toContain(fingerprint);
    }
    expect(journey.target.requests()).toEqual([]);
    const ended = await importInto("signed", "signed", "--trust-key", fingerprint);
    expect(reportOf(ended)).toMatchObject({ copied: 1, failed: 0 });
  });

  test("is refused when anything that the signature speaks for was changed", async () => {
    const trusted = ["--trust-key", fingerprint];
    await cp(at("signed"), at("altered"), { recursive: true });
    const document = await readFile(at("altered", "bundle.json"), "utf8");
    await writeFile(at("altered", "bundle.json"), document.replace('"name": "signed"', '"name": "altered"'));
    expect(codesOf(await importInto("altered", "altered", ...trusted))).toEqual(["bundle-file-different"]);
    await sumFolder(at("altered"));
    expect(codesOf(await importInto("altered", "altered", ...trusted))).toEqual(["bundle-signature-invalid"]);
    // Taken away: then it is like one that nobody has signed.
    await rm(at("altered", "SHA256SUMS.sig"));
    expect(codesOf(await importInto("altered", "altered", ...trusted))).toEqual(["bundle-file-missing"]);
    await rm(at("altered", "SHA256SUMS.pub"));
    expect(codesOf(await importInto("altered", "altered", ...trusted))).toEqual(["bundle-signature-missing"]);
    expect(journey.target.requests()).toEqual([]);
  });
});

describe("a bundle that was damaged on the way is refused before the first write", () => {
  const volume = (folder: string, number: number) => at(folder, `carried-00${number}.tar`);
  const damages: [string, string, (folder: string) => Promise<unknown>, RegExp][] = [
    [
      "a missing volume",
      "bundle-file-missing",
      (folder) => rm(volume(folder, 2)),
      /carried-002\.tar is missing/,
    ],
    [
      "a truncated volume",
      "bundle-file-truncated",
      (folder) => truncate(volume(folder, 1), 500_000),
      /carried-001\.tar is cut short: 500000 bytes instead of \d+/,
    ],
    [
      "a flipped bit",
      "bundle-content-damaged",
      (folder) => flipBit(volume(folder, 2), 200_000),
      /carried-002\.tar is damaged at byte \d+/,
    ],
    [
      "a flipped bit in a header",
      "tar-invalid",
      (folder) => flipBit(volume(folder, 1), 5),
      /carried-001\.tar/,
    ],
    [
      "a volume packed by gzip",
      "bundle-file-packed",
      async (folder) => writeFile(volume(folder, 1), gzipSync(await readFile(volume(folder, 1)))),
      /carried-001\.tar has been packed by gzip/,
    ],
    [
      "something appended to a volume",
      "bundle-file-different",
      (folder) => appendFile(volume(folder, 1), "\0"),
      /carried-001\.tar/,
    ],
    [
      "another bundle's document",
      "bundle-file-different",
      async (folder) => copyFile(at("other", "bundle.json"), at(folder, "bundle.json")),
      /bundle\.json is not what its checksum says/,
    ],
    [
      "a document without its end",
      "bundle-file-different",
      (folder) => truncate(at(folder, "bundle.json"), 900),
      /bundle\.json/,
    ],
    [
      "no checksums",
      "bundle-file-missing",
      (folder) => rm(at(folder, "SHA256SUMS")),
      /SHA256SUMS is missing/,
    ],
    [
      "another checksum of a volume",
      "bundle-file-different",
      async (folder) => {
        const sums = await readFile(at(folder, "SHA256SUMS"), "utf8");
        await writeFile(at(folder, "SHA256SUMS"), sums.replace(/^[a-f0-9]{8}/, "00000000"));
      },
      /SHA256SUMS is not what its checksum says/,
    ],
    [
      "an export that was not finished",
      "bundle-unfinished",
      (folder) => writeFile(at(folder, ".drayage-export"), "drayage-export 1 x\n"),
      /not finished/,
    ],
  ];

  beforeAll(async () => {
    await journey.put("large:v1", buildSeeded({ large: 1_500_000 }));
    await journey.make("carried", ["app:v1", "tool:v1", "large:v1"], "--volume-size", "1M");
    await journey.make("other", ["tool:v1"], "--name", "carried");
  });

  async function flipBit(path: string, offset: number): Promise<void> {
    const content = await readFile(path);
    content[offset] = (content[offset] ?? 0) ^ 1;
    await writeFile(path, content);
  }

  async function expectRefused(folder: string, code: string, words: RegExp): Promise<void> {
    const ended = await importInto(folder, "damaged");
    expect(ended.status).toBe(1);
    expect(codesOf(ended).length).toBeGreaterThan(0);
    for (const each of codesOf(ended)) expect(each).toContain(code);
    expect(ended.stderr).toMatch(words);
    expect(journey.target.requests()).toEqual([]);
    const verified = await runDrayage("bundle", "verify", at(folder), "--json");
    expect(verified.status).toBe(1);
    expect(codesOf(verified)).toEqual(codesOf(ended));
  }

  test.each(damages)("%s (%s)", async (_what, code, damage, words) => {
    await rm(at("hurt"), { recursive: true, force: true });
    await cp(at("carried"), at("hurt"), { recursive: true });
    await damage("hurt");
    await expectRefused("hurt", code, words);
  });

  test("swapped volumes, each of which is named", async () => {
    await cp(at("carried"), at("swapped"), { recursive: true });
    await rename(volume("swapped", 1), at("swapped", "away"));
    await rename(volume("swapped", 2), volume("swapped", 1));
    await rename(at("swapped", "away"), volume("swapped", 2));
    await expectRefused("swapped", "bundle-file-swapped", /carried-001\.tar is carried-002\.tar/);
    expect(codesOf(await importInto("swapped", "damaged"))).toHaveLength(2);
  });

  test("and the same bundle unharmed is taken", async () => {
    expect(reportOf(await importInto("carried", "damaged"))).toMatchObject({
      copied: 3,
      failed: 0,
      findings: [],
    });
  });
});
