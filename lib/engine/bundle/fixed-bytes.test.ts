import fc from "fast-check";
import { expect, test } from "vitest";
import { digestBytes } from "../oci/digest.ts";
import { findChange, listFixed } from "./fixed-bytes.ts";
import { TarLayout } from "./layout.ts";

test("every byte of a file that is no blob's is held to what it should be", () => {
  const entry = fc.tuple(fc.boolean(), fc.nat(1300));
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 5 }), fc.nat(), fc.nat(), fc.nat(), (entries, at, a, b) => {
      const tar = new TarLayout();
      for (const [index, [isBlob, sizeBytes]] of entries.entries()) {
        if (isBlob) tar.addBlob(String(index), { digest: digestBytes(String(index)), sizeBytes });
        else tar.addContent(String(index), Buffer.alloc(sizeBytes, "x"));
      }
      const layout = tar.finish("x.tar");
      const fixed = listFixed(layout);
      const file = Buffer.alloc(layout.sizeBytes);
      for (const { offset, bytes } of layout.fixed) file.set(bytes, offset);
      for (const { offset, sizeBytes } of layout.blobs) file.fill("b", offset, offset + sizeBytes);
      const place = at % layout.sizeBytes;
      const [from, to] = [a % layout.sizeBytes, b % layout.sizeBytes].sort((x, y) => x - y) as [
        number,
        number,
      ];
      expect(findChange(fixed, file.subarray(from, to), from)).toBeNull();
      file[place] = (file[place] ?? 0) ^ 1;
      const isBlob = layout.blobs.some(
        ({ offset, sizeBytes }) => place >= offset && place < offset + sizeBytes,
      );
      const isSeen = !isBlob && place >= from && place < to;
      expect(findChange(fixed, file.subarray(from, to), from)).toBe(isSeen ? place : null);
    }),
  );
});
