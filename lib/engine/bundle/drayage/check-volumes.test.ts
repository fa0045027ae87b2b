import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rename, rm, truncate, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildImage, buildLayer } from "#lib/demo/sample-image.ts";
import { startSampleSource, type SampleSource } from "#lib/testing/sample-source.ts";
import { digestBytes, digestHex } from "../../oci/digest.ts";
import type { EngineError } from "../../oci/errors.ts";
import { journalName } from "../export-folder.ts";
import type { FileLayout } from "../layout.ts";
import { documentName, type BundleDocument } from "./bundle-document.ts";
import type { DrayageLayout } from "./lay-out-bundle.ts";
import { openDrayageBundle } from "./open-drayage-bundle.ts";
import { sumsName } from "./sha256-sums.ts";

const platform = { os: "linux", architecture: "amd64" };
const layer = (seed: string, sizeBytes: number) =>
  buildLayer([{ path: `opt/${seed}`, content: { seed, sizeBytes } }]);

let dir: string;
let samples: SampleSource;
let sound: string;
let layout: DrayageLayout;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "drayage-check-"));
  sound = join(dir, "sound");
  samples = await startSampleSource({
    "tkg/app:v1": buildImage({ format: "oci", platform, layers: [layer("a", 90_000), layer("b", 5_000)] }),
    "tkg/other:v1": buildImage({ format: "docker", platform, layers: [layer("c", 40_000)] }),
  });
  layout = await samples.write(sound, { volumeBytes: 60_000 });
});
afterAll(async () => {
  await samples.stop();
  await rm(dir, { recursive: true, force: true });
});

let copies = 0;
/** A copy of the sound bundle, to be spoilt. */
async function copy(): Promise<string> {
  const folder = join(dir, `copy-${copies++}`);
  await cp(sound, folder, { recursive: true });
  return folder;
}

const volume = (at: number): FileLayout => {
  const file = layout.files[at];
  if (file === undefined) throw new Error("no such volume");
  return file;
};
const at = (folder: string, file: { readonly name: string }) => join(folder, file.name);

async function check(folder: string): Promise<readonly EngineError[]> {
  const bundle = await openDrayageBundle(folder);
  try {
    return await bundle.check();
  } finally {
    await bundle.close();
  }
}

/** Names of files that `sha256sum` does not find to be what they should be. */
async function listFailed(folder: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)("sh", ["-c", "sha256sum -c SHA256SUMS 2>/dev/null; :"], {
    cwd: folder,
    env: { ...process.env, LC_ALL: "C" },
  });
  return stdout.split("\n").flatMap((line) => /^(.*): FAILED/.exec(line)?.[1] ?? []);
}

async function flip(path: string, offset: number, bit = 0): Promise<void> {
  const content = await readFile(path);
  content[offset] = (content[offset] ?? 0) ^ (1 << bit);
  await writeFile(path, content);
}

/** What is wrong, as the findings tell it; each file once as with sha256sum. */
async function expectFindings(folder: string, expected: readonly object[]): Promise<void> {
  const findings = await check(folder);
  expect(findings.map(({ code, facts }) => ({ code, ...facts }))).toEqual(
    expected.map((each) => expect.objectContaining(each) as unknown),
  );
  const files = [...new Set(findings.map(({ facts }) => facts.file))].sort();
  expect(files).toEqual((await listFailed(folder)).sort());
}

describe("a bundle of several volumes", () => {
  test("is sound as it was written", async () => {
    expect(layout.files.length).toBe(3);
    await expectFindings(sound, []);
  });

  test("lacks a volume", async () => {
    const folder = await copy();
    await unlink(at(folder, volume(1)));
    await expectFindings(folder, [{ code: "bundle-file-missing", file: volume(1).name }]);
    const bundle = await openDrayageBundle(folder);
    expect(bundle.files[1]).toEqual({ name: volume(1).name, sizeBytes: volume(1).sizeBytes });
    await bundle.close();
  });

  test("has something that is no file in the place of a volume", async () => {
    const folder = await copy();
    await unlink(at(folder, volume(1)));
    await mkdir(at(folder, volume(1)));
    await expectFindings(folder, [{ code: "disk-failed", file: volume(1).name }]);
  });

  test("has two volumes under each other's names", async () => {
    const folder = await copy();
    await rename(at(folder, volume(0)), join(folder, "x"));
    await rename(at(folder, volume(1)), at(folder, volume(0)));
    await rename(join(folder, "x"), at(folder, volume(1)));
    await expectFindings(folder, [
      { code: "bundle-file-swapped", file: volume(0).name, actualFile: volume(1).name },
      { code: "bundle-file-swapped", file: volume(1).name, actualFile: volume(0).name },
    ]);
  });

  test("has one volume twice", async () => {
    const folder = await copy();
    await cp(at(folder, volume(0)), at(folder, volume(2)));
    await expectFindings(folder, [
      { code: "bundle-file-swapped", file: volume(2).name, actualFile: volume(0).name },
    ]);
  });

  test("has a volume that is cut short, wherever", async () => {
    const { name, sizeBytes, fixed } = volume(0);
    const headers = fixed.map(({ offset }) => offset);
    const lengths = [
      0,
      1,
      511,
      512,
      513,
      ...headers.slice(1),
      sizeBytes - 1024,
      sizeBytes - 512,
      sizeBytes - 1,
    ];
    for (const length of lengths) {
      const folder = await copy();
      await truncate(join(folder, name), length);
      await expectFindings(folder, [
        { code: "bundle-file-truncated", file: name, expectedBytes: sizeBytes, actualBytes: length },
      ]);
      await rm(folder, { recursive: true });
    }
  });

  test("has a volume that is packed by gzip", async () => {
    const folder = await copy();
    const path = at(folder, volume(0));
    await writeFile(path, gzipSync(await readFile(path)));
    await expectFindings(folder, [{ code: "bundle-file-packed", file: volume(0).name }]);
  });

  test("has a volume with more behind its end", async () => {
    const folder = await copy();
    const path = at(folder, volume(0));
    await writeFile(path, Buffer.concat([await readFile(path), Buffer.alloc(512)]));
    await expectFindings(folder, [{ code: "bundle-file-different", file: volume(0).name }]);
  });

  test("has a volume of another bundle under the right name", async () => {
    const folder = await copy();
    const other = join(dir, "other-bundle");
    await samples.write(other, { only: ["tkg/other:v1"], volumeBytes: 30_000 });
    await cp(join(other, volume(0).name), at(folder, volume(0)));
    const findings = await check(folder);
    expect(findings).toHaveLength(1);
    expect(["bundle-file-different", "bundle-file-truncated"]).toContain(findings[0]?.code);
    expect(findings[0]?.facts.file).toBe(volume(0).name);
    // As large as the right one.
    const path = at(folder, volume(0));
    await writeFile(path, Buffer.concat([await readFile(path), Buffer.alloc(volume(0).sizeBytes)]));
    await truncate(path, volume(0).sizeBytes);
    await expectFindings(folder, [{ code: "bundle-file-different", file: volume(0).name }]);
  });

  test("has a bit flipped, anywhere", async () => {
    const place = fc.record({
      volume: fc.nat(layout.files.length - 1),
      share: fc.double({ min: 0, max: 0.999_999, noNaN: true }),
      bit: fc.nat(7),
    });
    await fc.assert(
      fc.asyncProperty(place, async ({ volume: which, share, bit }) => {
        const { name, sizeBytes, blobs } = volume(which);
        const offset = Math.floor(share * sizeBytes);
        const folder = await copy();
        await flip(join(folder, name), offset, bit);
        const hit = blobs.find((each) => offset >= each.offset && offset < each.offset + each.sizeBytes);
        const findings = await check(folder);
        const [finding] = findings;
        expect(findings).toHaveLength(1);
        if (hit)
          expect(finding).toMatchObject({ code: "bundle-content-damaged", facts: { digest: hit.digest } });
        // A blob that goes on elsewhere is wrong as a whole, and told where it ends.
        else expect(finding?.facts.file).toBe(name);
        expect(await listFailed(folder)).toEqual([name]);
        await rm(folder, { recursive: true });
      }),
      { numRuns: 20 },
    );
  }, 30_000);

  test("has a bit flipped in a header, in padding, in its index, in a manifest", async () => {
    const { name, fixed, blobs, sizeBytes } = volume(layout.files.length - 1);
    const header = fixed.find(({ bytes }) => bytes.byteLength === 512 && bytes[0] === 0x62);
    const [blob] = blobs;
    if (header === undefined || blob === undefined) throw new Error("no such places");
    const tries = [
      [header.offset + 20, { code: "tar-invalid", tarProblem: "header-damaged", offset: header.offset }],
      [sizeBytes - 10, { code: "bundle-file-different" }],
      [3 * 512 + 30, {}],
    ] as const;
    for (const [offset, finding] of tries) {
      const folder = await copy();
      await flip(join(folder, name), offset);
      await expectFindings(folder, [{ file: name, ...finding }]);
    }
  });

  test("says so of every file that is wrong", async () => {
    const folder = await copy();
    await unlink(at(folder, volume(0)));
    await truncate(at(folder, volume(2)), 700);
    await flip(at(folder, volume(1)), volume(1).sizeBytes - 1);
    const findings = await check(folder);
    expect(Object.fromEntries(findings.map(({ code, facts }) => [facts.file, code]))).toEqual({
      [volume(0).name]: "bundle-file-missing",
      [volume(1).name]: "bundle-file-different",
      [volume(2).name]: "bundle-file-truncated",
    });
  });
});

describe("what a bundle says of itself", () => {
  const rewrite = async (folder: string, change: (document: BundleDocument) => unknown) => {
    const document = JSON.parse(await readFile(join(folder, documentName), "utf8")) as BundleDocument;
    const content = JSON.stringify(change(document));
    await writeFile(join(folder, documentName), content);
    const sums = await readFile(join(folder, sumsName), "utf8");
    const line = `${digestHex(digestBytes(content))}  ${documentName}`;
    await writeFile(join(folder, sumsName), sums.replace(/^.*bundle\.json$/m, line));
  };

  test("is refused when it is not what its checksum says", async () => {
    const folder = await copy();
    await flip(join(folder, documentName), 100);
    await expect(openDrayageBundle(folder)).rejects.toMatchObject({
      code: "bundle-file-different",
      facts: { file: documentName },
    });
    expect(await listFailed(folder)).toContain(documentName);
  });

  test("is refused when its sums are others than it says itself", async () => {
    for (const change of [
      (sums: string) => sums.replace(/^[0-9a-f]/, (digit) => (digit === "0" ? "1" : "0")),
      (sums: string) => sums.replace(/^.*\n/, ""),
    ]) {
      const folder = await copy();
      await writeFile(join(folder, sumsName), change(await readFile(join(folder, sumsName), "utf8")));
      await expect(openDrayageBundle(folder)).rejects.toMatchObject({
        code: "bundle-file-different",
        facts: { file: sumsName },
      });
    }
  });

  test.each(["no sums at all", `${"0".repeat(63)}  x\n`, `${"0".repeat(64)} x\n`])(
    "is refused with sums that are none: %j",
    async (text) => {
      const folder = await copy();
      await writeFile(join(folder, sumsName), text);
      await expect(openDrayageBundle(folder)).rejects.toMatchObject({
        code: "bundle-document-invalid",
        facts: { file: sumsName, line: 1 },
      });
    },
  );

  test.each([documentName, sumsName])("is missing: %s", async (name) => {
    const folder = await copy();
    await unlink(join(folder, name));
    await expect(openDrayageBundle(folder)).rejects.toMatchObject({
      code: "bundle-file-missing",
      facts: { file: name },
    });
  });

  test("is not believed while the export goes on", async () => {
    const folder = await copy();
    await writeFile(join(folder, journalName), "");
    await expect(openDrayageBundle(folder)).rejects.toMatchObject({ code: "bundle-unfinished" });
  });

  test("is held to the volumes: another checksum, place or size of a blob is found", async () => {
    const changes: ((document: BundleDocument) => unknown)[] = [
      (document) => ({
        ...document,
        blobs: document.blobs.map((blob) => (blob.volume === 1 ? { ...blob, volume: 2 } : blob)),
      }),
      (document) => ({
        ...document,
        blobs: document.blobs.map((blob) => (blob.parts ? blob : { ...blob, sizeBytes: blob.sizeBytes + 1 })),
      }),
    ];
    for (const change of changes) {
      const folder = await copy();
      await rewrite(folder, change);
      const findings = await check(folder);
      expect(findings.length).toBeGreaterThan(0);
      for (const { code } of findings) expect(code).toBe("bundle-content-missing");
    }
  });
});
