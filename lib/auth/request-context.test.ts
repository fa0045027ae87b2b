import { describe, expect, test } from "vitest";
import { clientAddress } from "./client-address.ts";
import { readRequestContext } from "./request-context.ts";

describe("clientAddress", () => {
  test.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["2001:db8::1", "2001:db8::1"],
    // Only the last entry was written by the server in front; the others are claims.
    ["198.51.100.7, 192.0.2.1", "192.0.2.1"],
    ["192.0.2.1, <script>", ""],
    ["unknown", ""],
    ["", ""],
  ])("%j is %j", (header, address) => {
    expect(clientAddress(new Headers({ "x-forwarded-for": header }))).toBe(address);
  });

  test("is empty without the header", () => {
    expect(clientAddress(new Headers())).toBe("");
  });
});

describe("readRequestContext", () => {
  test("takes a proxy's plain request id, makes one otherwise, and shortens the browser's name", () => {
    const userAgent = "x".repeat(5000);
    const given = new Headers({ "x-request-id": "abc-123.4:5", "user-agent": userAgent });
    expect(readRequestContext(given, true)).toMatchObject({ requestId: "abc-123.4:5" });
    expect(readRequestContext(given, false).requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(readRequestContext(given).userAgent).toHaveLength(300);
    for (const bad of ["", "a b", "<b>", "x".repeat(101)]) {
      const { requestId } = readRequestContext(new Headers({ "x-request-id": bad }), true);
      expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});
