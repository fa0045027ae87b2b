import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createMemoryFile } from "#lib/testing/memory-file.ts";
import { digestBytes, type Digest } from "../oci/digest.ts";
import { fingerprintLayout } from "./export-layout.ts";
import { TarLayout, tarEntryBytes, type FileLayout } from "./layout.ts";
import { readWhole } from "./random-access.ts";
import { indexTar } from "./tar/index-tar.ts";

type Entry =
  | { readonly kind: "content" | "blob"; readonly bytes: Uint8Array }
  | { readonly kind: "tar"; readonly entries: readonly (readonly [string, Entry])[] };

const bytes = fc.uint8Array({ maxLength: 1300 });
const flat = fc.record({ kind: fc.constantFrom("content" as const, "blob" as const), bytes });
const named = <Value>(value: fc.Arbitrary<Value>) =>
  fc.uniqueArray(
    fc.tuple(
      fc.stringMatching(/^[a-z][a-z0-9/]{0,130}[a-z0-9]$/).map((name) => name.replace(/\/+/g, "/")),
      value,
    ),
    {
      selector: ([name]) => name,
      maxLength: 5,
    },
  );
const tree = named(
  fc.oneof<fc.Arbitrary<Entry>[]>(
    flat,
    fc.record({ kind: fc.constant("tar" as const), entries: named(flat) }),
  ),
);

/** Lays entries out; what the blobs are is told beside. */
function layOut(entries: readonly (readonly [string, Entry])[], blobs: Map<Digest, Uint8Array>): TarLayout {
  const tar = new TarLayout();
  for (const [name, entry] of entries) {
    if (entry.kind === "tar") tar.addTar(name, layOut(entry.entries, blobs));
    else if (entry.kind === "content") tar.addContent(name, entry.bytes);
    else {
      const digest = digestBytes(entry.bytes);
      blobs.set(digest, entry.bytes);
      tar.addBlob(name, { digest, sizeBytes: entry.bytes.byteLength });
    }
  }
  return tar;
}

/** The file that a layout is of. */
function fill({ sizeBytes, fixed, blobs }: FileLayout, contents: ReadonlyMap<Digest, Uint8Array>): Buffer {
  const file = Buffer.alloc(sizeBytes);
  for (const { offset, bytes } of fixed) file.set(bytes, offset);
  for (const { offset, digest, from, sizeBytes } of blobs) {
    file.set(contents.get(digest)?.subarray(from, from + sizeBytes) ?? new Uint8Array(), offset);
  }
  return file;
}

async function assertHolds(
  tar: Parameters<typeof indexTar>[0],
  entries: readonly (readonly [string, Entry])[],
) {
  const found = await indexTar(tar);
  expect([...found.keys()]).toEqual(entries.map(([name]) => name));
  for (const [name, entry] of entries) {
    const file = found.get(name);
    if (file?.kind !== "file") throw new Error(`${name} is no file`);
    if (entry.kind === "tar") await assertHolds(file.content, entry.entries);
    else expect(Buffer.from(await readWhole(file.content)).equals(entry.bytes)).toBe(true);
  }
}

describe("the layout of a tar", () => {
  test("is a tar of what was laid out, tars in it included", async () => {
    await fc.assert(
      fc.asyncProperty(tree, async (entries) => {
        const blobs = new Map<Digest, Uint8Array>();
        const tar = layOut(entries, blobs);
        const layout = tar.finish("x.tar");
        expect(layout.sizeBytes).toBe(tar.sizeBytes);
        expect(layout.sizeBytes % 512).toBe(0);
        await assertHolds(createMemoryFile(fill(layout, blobs)), entries);
      }),
      { numRuns: 60 },
    );
  });

  test("has segments that stand one after another", () => {
    fc.assert(
      fc.property(tree, (entries) => {
        const { blobs, fixed, sizeBytes } = layOut(entries, new Map()).finish("x.tar");
        const offsets = blobs.map(({ offset }) => offset);
        expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
        const spans = [
          ...blobs.map(({ offset, sizeBytes }) => [offset, offset + sizeBytes]),
          ...fixed.map(({ offset, bytes }) => [offset, offset + bytes.byteLength]),
        ].sort(([a = 0], [b = 0]) => a - b);
        for (const [at, [, end = 0]] of spans.entries()) {
          expect(end).toBeLessThanOrEqual(spans[at + 1]?.[0] ?? sizeBytes);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("takes what its entries are said to take, and the end", () => {
    fc.assert(
      fc.property(named(bytes), (entries) => {
        const tar = new TarLayout();
        for (const [name, content] of entries) tar.addContent(name, content);
        const taken = entries.map(([name, content]) => tarEntryBytes(name, content.byteLength));
        expect(tar.sizeBytes).toBe(taken.reduce((sum, each) => sum + each, 0) + 1024);
      }),
    );
  });

  test("has another fingerprint as soon as a byte, a name or a place differs", () => {
    const digest = digestBytes("blob");
    const make = (
      change: { name?: string; content?: string; from?: number; size?: number; file?: string } = {},
    ) => {
      const tar = new TarLayout();
      tar.addContent(change.name ?? "a", Buffer.from(change.content ?? "content"));
      tar.addBlob("b", { digest, sizeBytes: 900 }, { from: change.from ?? 0, sizeBytes: change.size ?? 900 });
      return fingerprintLayout({ files: [tar.finish(change.file ?? "x.tar")] });
    };
    expect(make()).toBe(make());
    const others = [
      make({ name: "c" }),
      make({ content: "Content" }),
      make({ from: 1 }),
      make({ size: 899 }),
      make({ file: "y.tar" }),
    ];
    expect(new Set([make(), ...others]).size).toBe(6);
  });
});
