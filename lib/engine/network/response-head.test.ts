import fc from "fast-check";
import { expect, test } from "vitest";
import { HeadReader } from "./response-head.ts";

/** Reads a text in pieces, and says what was left over. */
function read(text: string, cuts: readonly number[] = []) {
  const bytes = Buffer.from(text);
  const ends = [...cuts.map((cut) => cut % (bytes.byteLength + 1)), bytes.byteLength].sort((a, b) => a - b);
  const reader = new HeadReader();
  let start = 0;
  let used = 0;
  for (const end of ends) {
    if (reader.head === null) used += reader.push(bytes.subarray(start, end));
    start = end;
  }
  return { head: reader.head, rest: bytes.subarray(used).toString() };
}

const cuts = fc.array(fc.nat(), { maxLength: 12 });
const name = fc.stringMatching(/^[A-Za-z0-9-]{1,12}$/);
const value = fc.stringMatching(/^(?:[!-~](?:[ -~]{0,20}[!-~])?)?$/);
const malformed = expect.objectContaining({ code: "MALFORMED_RESPONSE" }) as unknown;
const fails = (text: string, at: readonly number[] = []) => {
  try {
    return read(text, at);
  } catch (error) {
    return error;
  }
};

test("a head is read the same however it is cut, and nothing beyond it", () => {
  const fields = fc.array(fc.tuple(name, value), { maxLength: 8 });
  fc.assert(
    fc.property(fields, fc.integer({ min: 100, max: 999 }), fc.string(), cuts, (pairs, status, rest, at) => {
      const lines = pairs.map(([key, text]) => `${key}: ${text}\r\n`).join("");
      const { head, rest: left } = read(`HTTP/1.1 ${status} Fine\r\n${lines}\r\n${rest}`, at);
      expect(head?.status).toBe(status);
      for (const [key] of pairs) {
        const joined = pairs.filter(([other]) => other.toLowerCase() === key.toLowerCase());
        expect(Object.entries(head?.headers ?? {})).toContainEqual([
          key.toLowerCase(),
          joined.map(([, text]) => text).join(", "),
        ]);
      }
      expect(rest.endsWith(left)).toBe(true);
      expect(at.length > 0 || left === Buffer.from(rest).toString()).toBe(true);
    }),
  );
});

test("any text is a head, the beginning of one, or refused", () => {
  fc.assert(
    fc.property(fc.string(), cuts, (text, at) => {
      const outcome = fails(text, at);
      expect(outcome).toSatisfy(
        (each: unknown) =>
          (each instanceof Error && "code" in each && each.code === "MALFORMED_RESPONSE") ||
          (each as ReturnType<typeof read>).head === null,
      );
    }),
  );
});

test.each([
  ["a TLS alert", "\x15\x03\x01\x00\x02\x02\x46"],
  ["another protocol", "SSH-2.0-OpenSSH_9.6\r\n"],
  ["another version", "HTTP/2.0 200 OK\r\n\r\n"],
  ["a line that ends without CR", "HTTP/1.1 200 OK\nA: b\n\n"],
  ["a CR within a line", "HTTP/1.1 200 OK\r\nA: b\rC: d\r\n\r\n"],
  ["a space before a colon", "HTTP/1.1 200 OK\r\nContent-Length : 5\r\n\r\n"],
  ["a line without a colon", "HTTP/1.1 200 OK\r\nnothing\r\n\r\n"],
  ["a header without a name", "HTTP/1.1 200 OK\r\n: b\r\n\r\n"],
  ["a fold of nothing", "HTTP/1.1 200 OK\r\n folded\r\n\r\n"],
  ["a NUL", "HTTP/1.1 200 OK\r\nA: \0\r\n\r\n"],
  ["a status of two digits", "HTTP/1.1 20 OK\r\n\r\n"],
  ["a status below 100", "HTTP/1.1 099 OK\r\n\r\n"],
  ["more than 64 KiB", `HTTP/1.1 200 OK\r\n${"A: b\r\n".repeat(12_000)}`],
  ["a line of more than 64 KiB", `HTTP/1.1 200 OK\r\nA: ${"b".repeat(70_000)}`],
])("%s is refused, however it is cut", (_case, text) => {
  expect(fails(text)).toEqual(malformed);
  fc.assert(
    fc.property(cuts, (at) => {
      expect(fails(text, at)).toEqual(malformed);
    }),
  );
});

test("what is no HTTP is known by its first byte", () => {
  expect(fails("\x15")).toEqual(malformed);
});

test("a folded value is joined by a space, and a reason may be missing", () => {
  expect(read("HTTP/1.0 200\r\nA: b\r\n\t c\r\n\r\n").head).toEqual({
    status: 200,
    minorVersion: 0,
    headers: { a: "b c" },
  });
});

test.each(["A:", "A: b\r\n"])("a line of blanks after %j is judged in no time", (before) => {
  const started = performance.now();
  expect(fails(`HTTP/1.1 200 OK\r\n${before}${" ".repeat(60_000)}\0\r\n\r\n`)).toEqual(malformed);
  expect(performance.now() - started).toBeLessThan(500);
});

test("no name of a header reaches the object's own", () => {
  const { head } = read("HTTP/1.1 200 OK\r\n__proto__: polluted\r\n\r\n");
  expect(Object.keys(head?.headers ?? {})).toEqual(["__proto__"]);
  expect(Object.getPrototypeOf(head?.headers)).toBe(Object.prototype);
});
