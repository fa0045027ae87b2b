import fc from "fast-check";
import { expect, test } from "vitest";
import { findNextPage } from "./link-header.ts";

const base = new URL("https://registry.example.com/v2/a/referrers/sha256:0?n=2");

test.each([
  ['</v2/a/referrers/x?last=b>; rel="next"', "/v2/a/referrers/x?last=b"],
  ["</v2/_catalog?n=1&last=a,b>; rel=next", "/v2/_catalog?n=1&last=a,b"],
  ['<?last=b>; title="t"; rel="prev next"', "/v2/a/referrers/sha256:0?last=b"],
  ['</first>; rel="first", </second>; rel="next"', "/second"],
  ["<https://registry.example.com/x>; REL=next", "/x"],
])("%s goes on at %s", (header, path) => {
  expect(findNextPage(header, base)?.href).toBe(new URL(path, base).href);
});

test.each([
  undefined,
  "",
  "</x>",
  '</x>; rel="prev"',
  '</x>; rel="nextish"',
  '<https://elsewhere.example.com/x>; rel="next"',
  '<http://registry.example.com/x>; rel="next"',
  "</x; rel=next",
])("%s names no next page", (header) => {
  expect(findNextPage(header, base)).toBeNull();
});

test("a header of nothing but brackets is read in no time", () => {
  const startedAt = performance.now();
  expect(findNextPage("<".repeat(65_000), base)).toBeNull();
  expect(findNextPage("<x>;".repeat(16_000), base)).toBeNull();
  expect(performance.now() - startedAt).toBeLessThan(1_000);
});

test("anything at all is survived, and never leads to another origin", () => {
  fc.assert(
    fc.property(fc.string(), (header) => {
      const next = findNextPage(header, base);
      expect(next === null || next.origin === base.origin).toBe(true);
    }),
  );
});
