import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { pack } from "tar-stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createMemoryFile } from "#lib/testing/memory-file.ts";
import { paxRecord, sealTarHeader, tarArchive, tarBlocks } from "#lib/testing/tar-blocks.ts";
import { EngineError, type TarProblem } from "../../oci/errors.ts";
import { readWhole, slice } from "../random-access.ts";
import { indexTar, type IndexTarOptions, type TarEntry } from "./index-tar.ts";

const run = promisify(execFile);
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "drayage-index-tar-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const index = (content: Uint8Array, options?: IndexTarOptions) =>
  indexTar(createMemoryFile(content, "x.tar"), options);
const pax = (...records: readonly (readonly [string, string])[]) =>
  tarBlocks({ name: "PaxHeader", kind: "x", content: records.map((each) => paxRecord(...each)).join("") });
const gnuLongName = (name: string, kind: "L" | "K" = "L") =>
  tarBlocks({ name: "././@LongLink", kind, content: `${name}\0`, magic: "ustar  \0" });
const file = (name: string, content = "content") => tarBlocks({ name, content });
const ok = file("ok");

async function refusal(content: Uint8Array, options?: IndexTarOptions): Promise<EngineError> {
  const error: unknown = await index(content, options).then(
    () => new Error("it was not refused"),
    (thrown: unknown) => thrown,
  );
  if (error instanceof EngineError) return error;
  throw error;
}

async function contentOf(entry: TarEntry | undefined): Promise<string> {
  if (entry?.kind !== "file") throw new Error("no file");
  return Buffer.from(await readWhole(entry.content)).toString();
}

describe("a name", () => {
  test.each<[TarProblem, string, Buffer]>([
    ["name-absolute", "an absolute one", file("/etc/passwd")],
    ["name-absolute", "one with a drive", file("C:/windows")],
    ["name-climbs", "one that climbs", file("../x")],
    ["name-climbs", "one that climbs inside", file("a/../../x")],
    ["name-climbs", "one that climbs behind a dot", file("./../x")],
    ["name-climbs", "one that is all climbing", file("..")],
    ["name-climbs", "a folder that climbs", tarBlocks({ name: "../", kind: "5" })],
    ["name-climbs", "one that climbs by its prefix", tarBlocks({ name: "x", prefix: "a/.." })],
    ["name-absolute", "one that is absolute by its prefix", tarBlocks({ name: "x", prefix: "/etc" })],
    ["name-malformed", "none", file("")],
    ["name-malformed", "a dot", file(".")],
    ["name-malformed", "a dot inside", file("a/./b")],
    ["name-malformed", "an empty part", file("a//b")],
    ["name-malformed", "a file that ends like a folder", file("a/")],
    ["name-malformed", "a backslash", file("a\\b")],
  ])("is refused as %s: %s", async (tarProblem, _, entry) => {
    const { code, facts } = await refusal(tarArchive(ok, entry, file("after")));
    expect({ code, ...facts }).toMatchObject({
      code: "tar-invalid",
      file: "x.tar",
      offset: ok.byteLength,
      tarProblem,
    });
  });

  test.each<[TarProblem, string]>([
    ["name-climbs", "../x"],
    ["name-climbs", `${"a/".repeat(60)}../x`],
    ["name-absolute", "/etc/passwd"],
    ["name-malformed", "a\0b"],
    ["name-malformed", "b".repeat(4097)],
  ])("is held to the same (%s) when it comes by pax or by GNU's long names", async (tarProblem, name) => {
    const byPax = pax(["path", name]);
    expect((await refusal(tarArchive(ok, byPax, file("fine")))).facts).toMatchObject({
      tarProblem,
      offset: ok.byteLength + byPax.byteLength,
    });
    // There a zero ends the name.
    if (name.includes("\0")) return;
    const byGnu = gnuLongName(name);
    expect((await refusal(tarArchive(ok, byGnu, file("fine")))).facts).toMatchObject({
      tarProblem,
      offset: ok.byteLength + byGnu.byteLength,
    });
  });

  test("of a megabyte of slashes costs no time", async () => {
    const slashes = pax(["path", `a${"/".repeat(1_000_000)}b`]);
    const startedAt = performance.now();
    const folder = tarBlocks({ name: "fine", kind: "5" });
    expect((await refusal(tarArchive(slashes, folder))).facts.tarProblem).toBe("name-malformed");
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  }, 20_000);

  test("stands there once, however it is written", async () => {
    for (const again of [file("ok"), file("./ok"), Buffer.concat([pax(["path", "ok"]), file("other")])]) {
      const content = tarArchive(ok, again);
      expect(await refusal(content)).toMatchObject({
        code: "tar-invalid",
        facts: { tarProblem: "name-twice" },
      });
    }
    const folders = tarArchive(tarBlocks({ name: "a/", kind: "5" }), tarBlocks({ name: "./a", kind: "5" }));
    expect((await index(folders)).size).toBe(0);
  });

  test("is the announced one for the next entry only, and relative without its dot", async () => {
    const long = `${"d/".repeat(100)}e`;
    const content = tarArchive(
      tarBlocks({ name: "./", kind: "5" }),
      pax(["path", `./${long}`], ["mtime", "1.5"]),
      file("short"),
      file("./second"),
      gnuLongName(`${long}2`),
      file("third"),
      tarBlocks({ name: "pax_global_header", kind: "g", content: paxRecord("path", "not-for-one") }),
      file("fourth"),
      tarBlocks({ name: "name", prefix: "pre/fix", content: "x" }),
    );
    expect([...(await index(content)).keys()]).toEqual([
      long,
      "second",
      `${long}2`,
      "fourth",
      "pre/fix/name",
    ]);
  });
});

describe("an entry", () => {
  test.each<[TarProblem, string]>([
    ["link", "1"],
    ["link", "2"],
    ["device", "3"],
    ["device", "4"],
    ["device", "6"],
    ["sparse", "S"],
    ["kind-unknown", "V"],
    ["kind-unknown", "M"],
    ["kind-unknown", "D"],
    ["kind-unknown", "Z"],
  ])("is refused as %s when its kind is %s", async (tarProblem, kind) => {
    const entry = tarBlocks({ name: "odd", kind, linkName: "ok" });
    expect(await refusal(tarArchive(ok, entry))).toMatchObject({
      code: "tar-invalid",
      facts: { tarProblem, file: "x.tar", offset: ok.byteLength },
    });
  });

  test.each(["1", "2", "5"])("of kind %s has no content", async (kind) => {
    const hidden = tarBlocks({ name: "odd", kind, linkName: "ok", content: file("hidden") });
    expect(await refusal(tarArchive(ok, hidden), { links: true })).toMatchObject({
      code: "tar-invalid",
      facts: { tarProblem: "header-damaged", offset: ok.byteLength },
    });
  });

  test("that is a link is told as one where links are asked for", async () => {
    const target = `../${"t".repeat(120)}`;
    const content = tarArchive(
      ok,
      tarBlocks({ name: "a/hard", kind: "1", linkName: "ok" }),
      pax(["linkpath", target]),
      tarBlocks({ name: "a/soft", kind: "2", linkName: "cut" }),
      gnuLongName(target, "K"),
      tarBlocks({ name: "a/gnu", kind: "2", linkName: "cut" }),
    );
    const entries = await index(content, { links: true });
    expect(entries.get("a/hard")).toEqual({ kind: "link", name: "a/hard", target: "ok", symbolic: false });
    expect(entries.get("a/soft")).toMatchObject({ target, symbolic: true });
    expect(entries.get("a/gnu")).toMatchObject({ target, symbolic: true });
  });

  test.each([
    ["of GNU's version 0", pax(["GNU.sparse.size", "10"])],
    ["of GNU's version 1.0", pax(["GNU.sparse.major", "1"], ["GNU.sparse.name", "x"])],
    [
      "told by a global header",
      tarBlocks({ name: "g", kind: "g", content: paxRecord("GNU.sparse.major", "1") }),
    ],
  ])("is refused as sparse: %s", async (_, extended) => {
    expect(await refusal(tarArchive(ok, extended, file("x")))).toMatchObject({
      facts: { tarProblem: "sparse", offset: ok.byteLength },
    });
  });

  test.each(["-1", "1e3", "0x10", "9".repeat(16), "", " 1"])(
    "is refused with %j as its size by pax",
    async (size) => {
      expect(await refusal(tarArchive(pax(["size", size]), file("x")))).toMatchObject({
        facts: { tarProblem: "pax-malformed", offset: 0 },
      });
    },
  );

  test("has the size that pax says, and nobody else has it", async () => {
    const large = tarBlocks({ name: "x", content: "0123456789", sizeBytes: 0 });
    const entries = await index(tarArchive(pax(["size", "10"]), large, file("after")));
    expect(await contentOf(entries.get("x"))).toBe("0123456789");
    // The size belongs to the file, not to the header that follows its own.
    const twice = await index(tarArchive(pax(["size", "10"]), pax(["path", "y"]), large, file("after")));
    expect([...twice.keys()]).toEqual(["y", "after"]);
  });

  test("may have its size in binary, as GNU writes large ones", async () => {
    const sizeField = Buffer.from([0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]);
    const entries = await index(tarArchive(tarBlocks({ name: "x", content: "content", sizeField })));
    expect(await contentOf(entries.get("x"))).toBe("content");
    for (const wrong of [
      Buffer.alloc(12, 0xff),
      Buffer.from("-0000000001\0"),
      Buffer.from("0x000000007\0"),
    ]) {
      const content = tarArchive(ok, tarBlocks({ name: "x", content: "content", sizeField: wrong }));
      expect((await refusal(content)).facts).toMatchObject({
        tarProblem: "header-damaged",
        offset: ok.byteLength,
      });
    }
  });

  test("larger than the archive is cut short, however large", async () => {
    for (const sizeBytes of [1537, 8 ** 11 - 1]) {
      const content = tarArchive(ok, tarBlocks({ name: "x", content: "short", sizeBytes }));
      expect(await refusal(content)).toMatchObject({
        code: "bundle-file-truncated",
        facts: { file: "x.tar", offset: ok.byteLength, actualBytes: content.byteLength },
      });
    }
  });

  test("has names of a bounded length in front of it", async () => {
    const tooLong = tarBlocks({ name: "x", kind: "x", content: Buffer.alloc(1024 * 1024 + 1, 0x20) });
    expect((await refusal(tarArchive(tooLong, ok))).facts.tarProblem).toBe("entry-too-large");
    expect(
      (await refusal(tarArchive(tarBlocks({ name: "x", kind: "x", content: "5 a=" }), ok))).facts,
    ).toMatchObject({ tarProblem: "pax-malformed", offset: 0 });
  });
});

describe("an archive", () => {
  test("has so many entries at most, folders counted", async () => {
    const folder = tarBlocks({ name: "f", kind: "5" });
    const content = tarArchive(file("a"), folder, file("b"));
    expect((await index(content, { maxEntries: 3 })).size).toBe(2);
    expect(await refusal(content, { maxEntries: 2 })).toMatchObject({
      facts: { tarProblem: "too-many-entries", offset: file("a").byteLength + folder.byteLength },
    });
  });

  test("that is packed says so", async () => {
    expect(await refusal(gzipSync(tarArchive(ok)))).toMatchObject({
      code: "bundle-file-packed",
      facts: { file: "x.tar" },
    });
  });

  test.each([
    ["text", Buffer.from("no tar at all\n".repeat(200))],
    ["a header with a wrong sum", Buffer.alloc(1024, 1)],
  ])("that is none says so: %s", async (_, content) => {
    expect((await refusal(content)).facts).toMatchObject({ tarProblem: "not-a-tar", offset: 0 });
  });

  test("in another file tells where in that file it is wrong", async () => {
    const inner = tarArchive(ok, file("../x"));
    const outer = createMemoryFile(Buffer.concat([Buffer.alloc(700), inner]), "outer.tar");
    const reading = indexTar(slice(outer, 700, inner.byteLength));
    await expect(reading).rejects.toMatchObject({
      facts: { file: "outer.tar", offset: 700 + ok.byteLength, tarProblem: "name-climbs" },
    });
  });

  test("stops being read when it is told to", async () => {
    await expect(index(tarArchive(ok), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: "AbortError",
    });
  });

  test("is refused wherever it is cut off before its end", async () => {
    const long = `${"long/".repeat(40)}name`;
    const parts = [
      file("a", "x".repeat(700)),
      pax(["path", long]),
      file("b"),
      gnuLongName(long + 2),
      file("c"),
    ];
    const content = tarArchive(...parts);
    // A single block of zeros is an end that other tools take, too.
    const endsAt = content.byteLength - 512;
    const places = new Set<number>();
    for (let at = 0; at < endsAt; at += 512) for (const near of [-1, 0, 1, 100, 257]) places.add(at + near);
    for (const at of places) {
      if (at < 0 || at >= endsAt) continue;
      const { code, facts } = await refusal(content.subarray(0, at));
      expect(["tar-invalid", "bundle-file-truncated"], `cut off at ${at}`).toContain(code);
      expect(facts.file).toBe("x.tar");
      expect(facts.offset).toBeLessThanOrEqual(at);
    }
    expect((await index(content.subarray(0, endsAt))).size).toBe(3);
  });

  test("of any bytes is read or refused", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 4096, size: "max" }), async (bytes) => {
        await index(bytes, { links: true }).catch(assertRefusal);
      }),
      { numRuns: 300 },
    );
  });

  test("that was sound, changed at any places, is read within its bounds or refused", async () => {
    const sound = tarArchive(
      tarBlocks({ name: "folder/", kind: "5" }),
      file("a", "x".repeat(600)),
      pax(["path", "folder/b"], ["size", "12"]),
      file("b", "hello, world"),
      gnuLongName("folder/long"),
      file("c"),
      tarBlocks({ name: "l", kind: "2", linkName: "a" }),
    );
    const headers = Array.from({ length: sound.byteLength / 512 }, (_, at) => at * 512);
    const change = fc.tuple(fc.nat(sound.byteLength - 1), fc.nat(255), fc.boolean());
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
        const content = Buffer.from(sound);
        for (const [at, value, sealed] of changes) {
          content[at] = value;
          // With a right sum, so that what is in the header is believed.
          const header = headers.findLast((each) => each <= at) ?? 0;
          if (sealed) sealTarHeader(content.subarray(header, header + 512));
        }
        try {
          for (const entry of (await index(content, { links: true })).values()) {
            if (entry.kind === "file") await readWhole(entry.content);
          }
        } catch (error) {
          assertRefusal(error);
        }
      }),
      { numRuns: 1500 },
    );
  }, 30_000);

  function assertRefusal(error: unknown): void {
    if (!(error instanceof EngineError)) throw error;
    expect(["tar-invalid", "bundle-file-truncated", "bundle-file-packed"]).toContain(error.code);
    expect(error.facts.file).toBe("x.tar");
    if (error.code === "tar-invalid") {
      expect(error.facts.offset).toBeGreaterThanOrEqual(0);
      expect(error.facts.tarProblem).toBeDefined();
    }
  }
});

describe("an archive of another tool", () => {
  const long = `${"folder-with-a-long-name/".repeat(6)}file`;

  beforeAll(async () => {
    const tree = join(dir, "tree");
    await mkdir(join(tree, long, ".."), { recursive: true });
    await writeFile(join(tree, long), "long");
    await writeFile(join(tree, "short"), "short");
  });

  test.each(["gnu", "oldgnu", "pax", "posix", "ustar", "v7"])("is read: GNU tar's %s", async (format) => {
    const path = join(dir, `${format}.tar`);
    // The oldest format has no room for long names.
    const what = format === "v7" ? ["short"] : ["."];
    await run("tar", ["--format", format, "-cf", path, "-C", join(dir, "tree"), ...what]);
    const entries = await index(await readFile(path));
    expect(await contentOf(entries.get("short"))).toBe("short");
    if (format !== "v7") expect(await contentOf(entries.get(long))).toBe("long");
  });

  test("is read: Python's, in its three formats", async () => {
    const script = [
      "import io, sys, tarfile",
      "for number, name in enumerate(['USTAR', 'GNU', 'PAX']):",
      "  with tarfile.open(sys.argv[1] + name, 'w', format=number) as tar:",
      "    info = tarfile.TarInfo(sys.argv[2]); info.size = 4; info.mtime = 1.5",
      "    tar.addfile(info, io.BytesIO(b'long'))",
    ].join("\n");
    await run("python3", ["-c", script, join(dir, "python-"), long]);
    for (const format of ["USTAR", "GNU", "PAX"]) {
      const entries = await index(await readFile(join(dir, `python-${format}`)));
      expect(await contentOf(entries.get(long))).toBe("long");
    }
  });

  test("is read: tar-stream's", async () => {
    const packing = pack();
    packing.entry({ name: long }, "long");
    packing.finalize();
    const chunks: Buffer[] = [];
    for await (const chunk of packing) chunks.push(chunk as Buffer);
    expect(await contentOf((await index(Buffer.concat(chunks))).get(long))).toBe("long");
  });

  test.each([
    ["a sparse file by GNU's format", ["--sparse", "--format=gnu"], "holes", "sparse"],
    ["a sparse file by pax", ["--sparse", "--format=posix"], "holes", "sparse"],
    ["a symbolic link", [], "soft", "link"],
    ["a hard link", [], "hard", "link"],
    ["a pipe", [], "pipe", "device"],
    ["a device", [], "/dev/null", "name-absolute"],
  ])("is refused with %s", async (_, options, name, tarProblem) => {
    const odd = join(dir, "odd", String(name));
    await mkdir(join(dir, "odd"), { recursive: true });
    const names = [String(name)];
    if (name === "holes") {
      await writeFile(odd, "x");
      await truncate(odd, 10_000_000);
    } else if (name === "soft") await symlink("target", odd);
    else if (name === "pipe") await run("mkfifo", [odd]);
    else if (name === "hard") {
      await writeFile(join(dir, "odd", "first"), "x");
      await run("ln", [join(dir, "odd", "first"), odd]);
      names.unshift("first");
    }
    const path = join(dir, "odd.tar");
    await run("tar", ["-P", ...options, "-cf", path, "-C", join(dir, "odd"), ...names]);
    expect((await refusal(await readFile(path))).facts.tarProblem).toBe(tarProblem);
  });
});
