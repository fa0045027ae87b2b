import { Readable } from "node:stream";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { extract } from "tar-stream";
import { expect, test } from "vitest";
import { gzipStored, tarFiles, type LayerFile } from "./layer-content.ts";
import { pseudoRandomBytes } from "./random.ts";

async function readArchive(archive: Buffer): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const entries = Readable.from([archive]).pipe(extract());
  for await (const entry of entries) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(Buffer.from(chunk as Uint8Array));
    files.set(entry.header.name, Buffer.concat(chunks));
  }
  return files;
}

const path = fc.array(fc.stringMatching(/^[a-z][a-z0-9.-]{0,12}$/), { minLength: 1, maxLength: 4 });
const content = fc.oneof(
  fc.string(),
  fc.uint8Array({ maxLength: 2_000 }),
  fc.record({ seed: fc.string(), sizeBytes: fc.nat({ max: 200_000 }) }),
);

function expectedBytes(file: LayerFile): Buffer {
  return typeof file.content === "string" || file.content instanceof Uint8Array
    ? Buffer.from(file.content)
    : Buffer.concat([...pseudoRandomBytes(file.content.seed, file.content.sizeBytes)]);
}

test("what is packed is what gunzip and tar read back", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.record({ path: path.map((parts) => `top/${parts.join("/")}/FILE`), content }), {
        selector: (file) => file.path,
        maxLength: 6,
      }),
      async (files) => {
        const layer = Buffer.concat([...gzipStored(tarFiles(files))]);
        const read = await readArchive(gunzipSync(layer));
        for (const file of files) expect(read.get(file.path)?.equals(expectedBytes(file))).toBe(true);
        const folders = [...read.keys()].filter((name) => !files.some((file) => file.path === name));
        expect(
          folders.every((name) => files.some((file) => file.path.startsWith(`${name.replace(/\/$/, "")}/`))),
        ).toBe(true);
      },
    ),
    { numRuns: 40 },
  );
});

test("refuses a name that a header cannot hold", () => {
  expect(() => [...tarFiles([{ path: "a".repeat(101), content: "" }])]).toThrow(/too long/);
});
