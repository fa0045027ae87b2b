import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hideInText } from "./secret-values.ts";

const hex = "0123456789abcdef".repeat(4);
const digest = `sha256:${hex}`;

describe("a password in an address is hidden", () => {
  test.each([
    ["https://robot:s3cr3t@a.io/b", "https://***@a.io/b"],
    ["robot:s3cr3t@a.io:5000/b", "***@a.io:5000/b"],
    ["HTTPS_PROXY=http://robot:s3cr3t@proxy:3128", "HTTPS_PROXY=http://***@proxy:3128"],
    // Of what comes after the host no more is shown than is sure to be no password.
    [`robot:s3cr3t@a.io/b@${digest}`, `***@${digest}`],
    [`https://robot:s3cr3t@a.io/b@${digest}`, `https://***@${digest}`],
    // A user may have slashes as well as a password may.
    ["tenancy/robot:s3cr3t@a.io", "***@a.io"],
    ["robot:s3cr3t//x@a.io", "***@a.io"],
    ["robot:s3cr3t://x@a.io", "***@a.io"],
    [`quay.io/b@${digest},robot:s3cr3t@a.io`, "***@a.io"],
    // Neither a repository has such a colon, nor a registry such a port.
    [`robot:s3cr3t/x@${digest}`, `***@${digest}`],
    [`https://robot:s3cr3t@${digest}`, `https://***@${digest}`],
    // A name and a port are no digest.
    ["robot:s3cr3t@sha256:5000", "***@sha256:5000"],
  ])("%s", (text, shown) => {
    expect(hideInText(text)).toBe(shown);
  });

  test("whatever else is in it", () => {
    const part = fc.stringMatching(/^[a-z0-9:/@.%$+=-]{0,12}$/);
    const user = fc.stringMatching(/^[a-z0-9/.$+-]{1,12}$/);
    const place = fc.tuple(
      fc.constantFrom("a.io", "a.io:5000", "sha256:5000"),
      fc.constantFrom("", "/b", "/b:v1", `/b@${digest}`, `@${digest}`, `/b:v1@${digest}`),
    );
    const scheme = fc.constantFrom("", "http://", "https://", "docker://", "A=https://");
    fc.assert(
      fc.property(scheme, user, part, part, place, (before, name, first, last, [host, rest]) => {
        const text = `${before}${name}:${first}s3cr3t${last}@${host}${rest}`;
        expect(hideInText(text)).not.toContain("s3cr3t");
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("a reference by digest is shown", () => {
  test.each([
    `a.io:5000/b@${digest}`,
    `a.io:5000/b/c:v1@${digest}`,
    `https://a.io:5000/b@${digest}`,
    `docker://a.io/b:v1@${digest}`,
    `busybox:1.36@${digest}`,
    `A.io:5000/B@${digest}`,
    `a.io:5000/b@sha512:${hex}${hex}`,
    `a.io:5000/b@blake3:${hex}`,
    `a.io:5000/b@sha256+b64u:${hex}`,
    `a.io/b@sha256:abc`,
  ])("%s", (text) => {
    expect(hideInText(text)).toBe(text);
  });
});

test("answers soon for what is long", () => {
  const begin = performance.now();
  for (const piece of ["a", "a/", "a:", "a@", "a://", `a@${digest}`]) hideInText(piece.repeat(100_000));
  expect(performance.now() - begin).toBeLessThan(2_000);
});
