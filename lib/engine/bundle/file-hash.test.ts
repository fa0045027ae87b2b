import { createHash, randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createFileHash } from "./file-hash.ts";

const sizes = { "few bytes, hashed at once": 1024, "many bytes, hashed in a thread": 1024 ** 3 };

describe.each(Object.entries(sizes))("a hash of files: %s", (_, totalBytes) => {
  test("tells each file's digest, though its chunks lie in the same place one after the other", async () => {
    const hash = createFileHash(totalBytes);
    const place = hash.allocate(100_000);
    for (const lengths of [[100_000, 100_000, 17], [], [1, 99_999]]) {
      const expected = createHash("sha256");
      for (const length of lengths) {
        const chunk = place.subarray(0, length);
        chunk.set(randomBytes(length));
        expected.update(chunk);
        await hash.update(chunk);
        chunk.fill(0);
      }
      expect(await hash.digest()).toBe(expected.digest("hex"));
    }
    await hash.close();
  });
});
