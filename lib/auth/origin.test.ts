import { describe, expect, test } from "vitest";
import { assertSameOrigin } from "./origin.ts";

const host = "10.0.0.5:3000";
const publicUrl = "https://panel.example";
const check = (headers: Record<string, string>) => () =>
  assertSameOrigin(new Headers({ host, ...headers }), publicUrl);

describe("assertSameOrigin", () => {
  test.each([
    { origin: "https://panel.example" },
    { origin: "http://10.0.0.5:3000" },
    { origin: "https://10.0.0.5:3000" },
    { "sec-fetch-site": "same-origin" },
    { referer: "https://panel.example/jobs" },
    { referer: "http://10.0.0.5:3000/" },
    // Origin decides where there is one.
    { origin: "https://panel.example", "sec-fetch-site": "cross-site" },
  ])("lets %j pass", (headers) => {
    expect(check(headers as Record<string, string>)).not.toThrow();
  });

  test.each([
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: "" },
    { origin: "http://10.0.0.5:3001" },
    { origin: "https://panel.example.evil.example" },
    { origin: "https://panel.example:8443" },
    // What comes in plain text from the panel's own name may have been changed on its way.
    { origin: "http://panel.example" },
    { origin: "http://panel.example", host: "panel.example" },
    { origin: "ftp://10.0.0.5:3000" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "none" },
    { referer: "https://evil.example/https://panel.example" },
    { origin: "https://evil.example", referer: "https://panel.example/" },
    { "x-forwarded-host": "evil.example", origin: "https://evil.example" },
    {},
  ])("refuses %j", (headers) => {
    expect(check(headers as Record<string, string>)).toThrow(
      expect.objectContaining({ code: "origin-refused" }),
    );
  });
});
