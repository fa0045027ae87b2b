import fc from "fast-check";
import { expect, test } from "vitest";
import { findOneSidedCertificates } from "./certificate-lists.ts";

test("names what one list has and the other lacks", () => {
  const lists = { bootstrapCertificates: ["A\n", "B"], clusterCertificates: ["C", "A\r\n", "D"] };
  expect(findOneSidedCertificates(lists)).toEqual([
    { list: "bootstrapCertificates", index: 1, pem: "B", missingIn: "clusterCertificates" },
    { list: "clusterCertificates", index: 0, pem: "C", missingIn: "bootstrapCertificates" },
    { list: "clusterCertificates", index: 2, pem: "D", missingIn: "bootstrapCertificates" },
  ]);
});

test("finds nothing once each was put into the other list", () => {
  const list = fc.array(fc.constantFrom<string[]>("A", "B\n", "B", "C"), { maxLength: 5 });
  fc.assert(
    fc.property(list, list, (bootstrapCertificates, clusterCertificates) => {
      const lists = { bootstrapCertificates, clusterCertificates };
      for (const { missingIn, pem } of findOneSidedCertificates(lists))
        lists[missingIn] = [...lists[missingIn], pem];
      expect(findOneSidedCertificates(lists)).toEqual([]);
    }),
  );
});
