import fc from "fast-check";
import { expect, test } from "vitest";
import { parseChallenges } from "./challenge.ts";

test.each([
  ['Basic realm="Registry"', [{ scheme: "basic", parameters: { realm: "Registry" } }]],
  ["Negotiate", [{ scheme: "negotiate", parameters: {} }]],
  ["Negotiate YII=", [{ scheme: "negotiate", parameters: {} }]],
  [
    'Bearer realm="https://auth.example.com/token",service="registry.example.com",scope="repository:a/b:pull,push"',
    [
      {
        scheme: "bearer",
        parameters: {
          realm: "https://auth.example.com/token",
          service: "registry.example.com",
          scope: "repository:a/b:pull,push",
        },
      },
    ],
  ],
  [
    'BASIC Realm="a \\"quoted\\" realm" , Bearer realm=token , charset = "UTF-8"',
    [
      { scheme: "basic", parameters: { realm: 'a "quoted" realm' } },
      { scheme: "bearer", parameters: { realm: "token", charset: "UTF-8" } },
    ],
  ],
  // The example of RFC 9110 section 11.6.1.
  [
    'Basic realm="simple", Newauth realm="apps", type=1, title="Login to \\"apps\\""',
    [
      { scheme: "basic", parameters: { realm: "simple" } },
      { scheme: "newauth", parameters: { realm: "apps", type: "1", title: 'Login to "apps"' } },
    ],
  ],
  [
    "Negotiate abc==, Basic realm=x",
    [
      { scheme: "negotiate", parameters: {} },
      { scheme: "basic", parameters: { realm: "x" } },
    ],
  ],
  [',, , Basic realm="x",,', [{ scheme: "basic", parameters: { realm: "x" } }]],
  ['Basic realm="first", realm="second"', [{ scheme: "basic", parameters: { realm: "first" } }]],
  ['Basic realm="unterminated', [{ scheme: "basic", parameters: {} }]],
  ["", []],
  ['="', []],
])("%s", (header, challenges) => {
  expect(parseChallenges(header)).toEqual(challenges);
});

const token = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,10}$/);
const challenge = fc.record({
  scheme: token.map((name) => name.toLowerCase()),
  parameters: fc.dictionary(
    token.map((name) => name.toLowerCase()),
    fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) }),
    { minKeys: 1, maxKeys: 4, noNullPrototype: true },
  ),
});

test("what is written by the rules is read back", () => {
  fc.assert(
    fc.property(fc.array(challenge, { minLength: 1, maxLength: 3 }), (challenges) => {
      const header = challenges
        .map(({ scheme, parameters }) => {
          const written = Object.entries(parameters).map(
            ([name, value]) => `${name}="${value.replace(/["\\]/g, "\\$&")}"`,
          );
          return `${scheme} ${written.join(", ")}`;
        })
        .join(", ");
      expect(parseChallenges(header)).toEqual(challenges);
    }),
  );
});

test("any header is read in time that grows with its length", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'aB=," \\\t;%é'), maxLength: 400 }), (header) => {
      for (const { scheme } of parseChallenges(header)) expect(scheme).not.toBe("");
    }),
  );
  const startedAt = performance.now();
  parseChallenges(`${"a=,".repeat(30_000)}"${"\\".repeat(50_000)}`);
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});
