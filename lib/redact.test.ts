import { describe, expect, test } from "vitest";
import { redacted, redactText, redactValue } from "./redact.ts";

describe("redactText", () => {
  test.each([
    ["postgresql://drayage:hunter2@db/drayage", `postgresql://${redacted}@db/drayage`],
    ["https://robot$a:p@ss:w@harbor.local/v2/", `https://${redacted}@harbor.local/v2/`],
    ["Authorization: Bearer abcdefgh.ijk-l", `Authorization: Bearer ${redacted}`],
    ["basic dXNlcjpwYXNz", `basic ${redacted}`],
    ["GET /link?token=abc_-9&x=1 failed", `GET /link?token=${redacted}&x=1 failed`],
    ["https://harbor.local:8443/v2/a@sha256:00", "https://harbor.local:8443/v2/a@sha256:00"],
  ])("%s", (text, expected) => {
    expect(redactText(text)).toBe(expected);
  });
});

describe("redactValue", () => {
  test("hides secret fields at any depth, in errors and headers too", () => {
    const cause = Object.assign(new Error("https://a:hunter2@b/"), { request: { password: "hunter2" } });
    const value = {
      registry: { host: "harbor", passwordEncrypted: "hunter2", nested: [{ token: "hunter2" }] },
      headers: new Headers({ authorization: "Basic hunter2", accept: "text/plain" }),
      cookies: { session: "hunter2" },
      error: new Error("outer", { cause }),
    };
    const text = JSON.stringify(redactValue(value));
    expect(text).not.toContain("hunter2");
    expect(text).toContain('"host":"harbor"');
    expect(text).toContain('"accept":"text/plain"');
    expect(text).toContain('"message":"outer"');
  });

  test("ends on a cycle and takes what JSON cannot", () => {
    const cycle: Record<string, unknown> = { size: 12n, at: new Date(0) };
    cycle.self = cycle;
    expect(JSON.stringify(redactValue(cycle))).toContain('"size":"12","at":"1970-01-01T00:00:00.000Z"');
  });
});
