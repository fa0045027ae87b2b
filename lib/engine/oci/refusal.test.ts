import fc from "fast-check";
import { expect, test } from "vitest";
import type { HttpResponse } from "../network/http-message.ts";
import type { EngineOperation } from "./errors.ts";
import { describeRefusal, parseOciCodes } from "./refusal.ts";

function answer(status: number, body: string, headers: Record<string, string> = {}): HttpResponse {
  const bytes = Buffer.from(body);
  return {
    status,
    headers,
    url: new URL("http://registry.example.com/v2/"),
    body: {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true, value: undefined }) }),
    },
    read: () => Promise.resolve({ bytes, truncated: false }),
    discard: () => Promise.resolve(),
  };
}

const coded = (code: string) => JSON.stringify({ errors: [{ code, message: "text that nobody reads" }] });

test.each<[number, string, EngineOperation, string, boolean]>([
  [404, coded("MANIFEST_UNKNOWN"), "get-manifest", "manifest-not-found", false],
  [404, "", "head-manifest", "manifest-not-found", false],
  [404, coded("NAME_UNKNOWN"), "get-manifest", "repository-not-found", false],
  [404, "", "get-blob", "blob-not-found", false],
  [404, coded("BLOB_UPLOAD_UNKNOWN"), "put-blob", "upload-lost", true],
  [404, "<html>", "ping", "not-a-registry", false],
  [401, coded("UNAUTHORIZED"), "get-manifest", "unauthorized", false],
  [403, "", "put-manifest", "forbidden", false],
  [401, coded("DENIED"), "put-manifest", "forbidden", false],
  [400, coded("MANIFEST_BLOB_UNKNOWN"), "put-manifest", "manifest-blob-unknown", false],
  [404, coded("MANIFEST_BLOB_UNKNOWN"), "put-manifest", "manifest-blob-unknown", false],
  [400, coded("DIGEST_INVALID"), "put-blob", "digest-mismatch", true],
  [413, "", "put-blob", "upload-too-large", false],
  [405, coded("UNSUPPORTED"), "put-blob", "upload-too-large", false],
  [416, "", "put-blob", "upload-lost", true],
  [413, "", "put-manifest", "registry-refused", false],
  [408, "", "put-blob", "registry-refused", true],
  [429, "", "get-manifest", "rate-limited", true],
  [429, coded("DENIED"), "get-blob", "rate-limited", true],
  [503, coded("DENIED"), "get-blob", "registry-failed", true],
  [507, "", "put-blob", "registry-failed", false],
])("%i %s to %s is %s", async (status, body, operation, code, retryable) => {
  const error = await describeRefusal(answer(status, body), { operation });
  expect(error).toMatchObject({ code, facts: { operation, status, retryable } });
});

test("what the registry asks to wait is a fact, and a way to https a protocol mismatch", async () => {
  const limited = await describeRefusal(answer(429, "", { "retry-after": "7" }), { operation: "get-blob" });
  expect(limited.facts.retryAfterMs).toBe(7_000);
  const moved = answer(301, "", { location: "https://registry.example.com/v2/" });
  expect(await describeRefusal(moved, { operation: "put-blob" })).toMatchObject({
    code: "protocol-mismatch",
  });
});

test("any body gives a bounded list of codes", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.array(fc.string()).map((list) => coded(list.join())),
      ),
      (body) => {
        const codes = parseOciCodes(Buffer.from(body));
        expect(codes.length).toBeLessThanOrEqual(8);
        for (const code of codes) expect(code).toMatch(/^[A-Z][A-Z0-9_ ]*$/);
      },
    ),
  );
  const many = JSON.stringify({ errors: Array.from({ length: 50 }, () => ({ code: "DENIED" })) });
  expect(parseOciCodes(Buffer.from(many))).toHaveLength(8);
});
