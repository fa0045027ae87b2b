import fc from "fast-check";
import { expect, test } from "vitest";
import { frameBody } from "./body-framing.ts";

type Headers = Readonly<Record<string, string>>;

interface Line {
  readonly method: string;
  readonly status: number;
  readonly minorVersion: 0 | 1;
}

const frame = (headers: Headers, { method = "GET", status = 200, minorVersion = 1 }: Partial<Line> = {}) =>
  frameBody(method, { status, minorVersion, headers });

/** Reads bytes in pieces, and says what was left over. */
function read(headers: Headers, bytes: Buffer, cuts: readonly number[] = []) {
  const framing = frame(headers);
  const ends = [...cuts.map((cut) => cut % (bytes.byteLength + 1)), bytes.byteLength].sort((a, b) => a - b);
  const content: Uint8Array[] = [];
  let start = 0;
  let total = 0;
  for (const end of ends) {
    for (let piece = bytes.subarray(start, end); piece.byteLength > 0 && !framing.done;) {
      const { used, data } = framing.take(piece);
      if (data !== null) content.push(Buffer.from(data));
      piece = piece.subarray(used);
      total += used;
    }
    start = end;
  }
  return {
    content: Buffer.concat(content),
    done: framing.done,
    rest: bytes.subarray(total),
  };
}

const bytes = fc.uint8Array({ maxLength: 400 });
const cuts = fc.array(fc.nat(), { maxLength: 30 });
const chunked = { "transfer-encoding": "Chunked" };
const malformed = expect.objectContaining({ code: "MALFORMED_RESPONSE" }) as unknown;

function fails(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}

test("a body of a length ends there, however it is cut", () => {
  fc.assert(
    fc.property(bytes, bytes, cuts, (body, after, at) => {
      const whole = Buffer.concat([body, after]);
      const { content, done, rest } = read({ "content-length": String(body.byteLength) }, whole, at);
      expect([content.equals(body), done, rest.equals(after)]).toEqual([true, true, true]);
    }),
  );
});

test("a chunked body is put together, however it is cut, past extensions and trailers", () => {
  const chunk = fc.tuple(
    fc.uint8Array({ minLength: 1, maxLength: 60 }),
    fc.constantFrom("", ";a", " ; a=b", ';a="; \\""'),
  );
  const trailers = fc.constantFrom("", "A: b\r\n", "A: b\r\nDigest: c d\r\n");
  fc.assert(
    fc.property(fc.array(chunk, { maxLength: 8 }), trailers, bytes, cuts, (chunks, trailer, after, at) => {
      const encoded = chunks.flatMap(([data, extension]) => [
        Buffer.from(`${data.byteLength.toString(16)}${extension}\r\n`),
        data,
        Buffer.from("\r\n"),
      ]);
      const whole = Buffer.concat([...encoded, Buffer.from(`000\r\n${trailer}\r\n`), after]);
      const { content, done, rest } = read(chunked, whole, at);
      expect(content.equals(Buffer.concat(chunks.map(([data]) => data)))).toBe(true);
      expect([done, rest.equals(after)]).toEqual([true, true]);
    }),
  );
});

test.each([
  ["no size", "\r\n"],
  ["a size that is no number", "xyz\r\n"],
  ["a negative size", "-5\r\n"],
  ["a size with a prefix", "0x5\r\nhello\r\n"],
  ["a size too large to count", "10000000000000\r\n"],
  ["a size line without CR", "5\nhello\r\n"],
  ["a chunk longer than its size", "5\r\nhello!\r\n"],
  ["a chunk that ends without CR", "5\r\nhello\n0\r\n\r\n"],
  ["an endless extension", `5;${"a".repeat(5_000)}`],
  ["an extension with a control character", "5;\0\r\nhello\r\n"],
  ["a trailer that is none", "0\r\nnothing\r\n\r\n"],
  ["trailers without end", `0\r\n${"A: b\r\n".repeat(12_000)}`],
])("a chunked body with %s is refused, however it is cut", (_case, text) => {
  fc.assert(
    fc.property(cuts, (at) => {
      expect(fails(() => read(chunked, Buffer.from(text), at))).toEqual(malformed);
    }),
  );
});

test.each<[string, Headers]>([
  ["a length and a coding", { "content-length": "5", ...chunked }],
  ["two lengths", { "content-length": "5, 6" }],
  ["the same length twice", { "content-length": "5, 5" }],
  ["a negative length", { "content-length": "-1" }],
  ["a length with a sign", { "content-length": "+5" }],
  ["an empty length", { "content-length": "" }],
  ["a length in hexadecimal", { "content-length": "0x5" }],
  ["a coding that nobody asked for", { "transfer-encoding": "gzip, chunked" }],
  ["two codings", { "transfer-encoding": "chunked, chunked" }],
  ["a coding that is no end", { "transfer-encoding": "identity" }],
])("%s is refused", (_case, headers) => {
  expect(fails(() => frame(headers))).toEqual(malformed);
  expect(fails(() => frame(headers, { method: "HEAD" }))).toEqual(malformed);
});

test("a coding is unknown to HTTP/1.0", () => {
  expect(fails(() => frame(chunked, { minorVersion: 0 }))).toEqual(malformed);
});

test("answers without a body end with their head, whatever they announce", () => {
  const headers = { "content-length": "5" };
  expect(frame(headers, { method: "HEAD" }).done).toBe(true);
  expect(frame(chunked, { method: "HEAD" }).done).toBe(true);
  for (const status of [100, 204, 304]) expect(frame(headers, { status }).done).toBe(true);
});

test("a body of no announced length ends with the connection", () => {
  const framing = frame({});
  expect([framing.done, framing.untilClose]).toEqual([false, true]);
  expect(read({}, Buffer.from("all of it")).content.toString()).toBe("all of it");
  expect(frame({ "content-length": "5" }).untilClose).toBe(false);
});
