import fc from "fast-check";
import { expect, test } from "vitest";
import type { HttpRequest } from "./http-message.ts";
import { formatRequest } from "./outgoing-request.ts";

const url = new URL("http://registry.example.com:5000/v2/a/b?n=1");
const format = (request: Partial<HttpRequest>, proxy: Parameters<typeof formatRequest>[1] = null) =>
  formatRequest({ method: "GET", url, ...request }, proxy);
const linesOf = (...request: Parameters<typeof format>) =>
  Buffer.from(format(...request).head)
    .toString("latin1")
    .split("\r\n");

async function* generate(): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield Buffer.from("bytes");
}

test("a request names its host, and its length where one is expected", () => {
  expect(linesOf({ headers: { Accept: "*/*" } })).toEqual([
    "GET /v2/a/b?n=1 HTTP/1.1",
    "host: registry.example.com:5000",
    "connection: keep-alive",
    "user-agent: drayage",
    "accept: */*",
    "",
    "",
  ]);
  expect(linesOf({ method: "DELETE" }).join()).not.toContain("content-length");
  expect(linesOf({ method: "POST" })).toContain("content-length: 0");
  expect(linesOf({ method: "PUT", body: "ü" })).toContain("content-length: 2");
  const headers = { "Content-Length": "5" };
  expect(linesOf({ method: "PUT", headers, body: generate() })).toContain("content-length: 5");
});

test("a length that does not fit is not sent", () => {
  const headers = { "content-length": "7" };
  expect(linesOf({ method: "PUT", headers, body: "abc" })).toContain("content-length: 3");
  expect(() => format({ method: "PUT", body: generate() })).toThrow(TypeError);
});

test("a proxy gets the whole address and its own headers", () => {
  const lines = linesOf({}, { headers: { "proxy-authorization": "Basic YTpi" } });
  expect(lines[0]).toBe("GET http://registry.example.com:5000/v2/a/b?n=1 HTTP/1.1");
  expect(lines).toContain("proxy-authorization: Basic YTpi");
});

test("no header begins another one", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (value) => {
      const bytes = () => format({ headers: { accept: value } }).head;
      if (/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
        expect(Buffer.from(bytes()).toString("latin1").split("\r\n")).toHaveLength(7);
      } else {
        expect(bytes).toThrow(TypeError);
      }
    }),
  );
  expect(() => format({ headers: { "a\r\nb": "c" } })).toThrow(TypeError);
});
