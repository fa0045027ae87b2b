import fc from "fast-check";
import { expect, test } from "vitest";
import { readPullSecret } from "./pull-secret.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");
const read = (auths: unknown) => readPullSecret(JSON.stringify({ auths }));

test.each([
  ["auth", { auth: base64("u:p") }, "u:p"],
  ["user and password", { username: "u", password: "p" }, "u:p"],
  ["auth before user and password", { auth: base64("a:b"), username: "u", password: "p" }, "a:b"],
  ["a password with colons", { auth: base64("u:p:q") }, "u:p:q"],
  ["auth without padding", { auth: base64("user:pw").replace(/=+$/, "") }, "user:pw"],
  ["auth in two lines", { auth: `${base64("user:pass")}\n` }, "user:pass"],
  ["a token alone", { identitytoken: "x" }, ":"],
  ["nothing", null, ":"],
])("takes %s", (_what, entry, expected) => {
  expect(read({ "m.io:5000": entry })).toEqual({
    ok: true,
    auths: new Map([["m.io:5000", base64(expected)]]),
  });
});

test("takes a secret without entries", () => {
  for (const json of ["{}", "null", '{"auths":null}', '{"credsStore":"x"}']) {
    expect(readPullSecret(json)).toEqual({ ok: true, auths: new Map() });
  }
});

test.each([
  ["not-json", "", "{"],
  ["wrong-shape", "", "[]"],
  ["wrong-shape", "auths", '{"auths":[]}'],
  ["wrong-shape", "m.io", '{"auths":{"m.io":"u:p"}}'],
  ["wrong-shape", "m.io", '{"auths":{"m.io":{"auth":5}}}'],
  ["auth-not-base64", "m.io", '{"auths":{"m.io":{"auth":"u:p"}}}'],
  ["auth-not-base64", "m.io", `{"auths":{"m.io":{"auth":"${base64("user:pass")} "}}}`],
  ["auth-without-colon", "m.io", `{"auths":{"m.io":{"auth":"${base64("token")}"}}}`],
  ["too-large", "", `{"auths":"${"x".repeat(1_048_576)}"}`],
])("tells %s of %j, for which the operator makes no file", (problem, key, json) => {
  expect(readPullSecret(json)).toEqual({ ok: false, problem, key });
});

test("never throws", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (json) => {
      expect(typeof readPullSecret(json).ok).toBe("boolean");
    }),
  );
});
