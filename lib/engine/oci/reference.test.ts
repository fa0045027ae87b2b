import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EngineError } from "./errors.ts";
import {
  formatImagePath,
  formatReference,
  joinRepository,
  parseImagePath,
  parseReference,
  parseRegistryBase,
  parseRegistryHost,
  parseRepository,
  parseTag,
} from "./reference.ts";

const word = fc.stringMatching(/^[a-z0-9]{1,12}$/);
const component = fc
  .tuple(word, fc.array(fc.tuple(fc.constantFrom(".", "_", "__", "-", "--"), word), { maxLength: 2 }))
  .map(([first, rest]) => first + rest.map(([separator, next]) => separator + next).join(""));
const repository = fc.array(component, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
const tag = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,40}$/);
const digest = fc.oneof(
  fc.stringMatching(/^[a-f0-9]{64}$/).map((hex) => `sha256:${hex}`),
  fc.stringMatching(/^[a-f0-9]{128}$/).map((hex) => `sha512:${hex}`),
);
const port = fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined });
const host = fc
  .tuple(
    fc.oneof(
      fc.constantFrom(
        "localhost",
        "127.0.0.1",
        "[::1]",
        "[2001:db8::10]",
        "registry.example.com",
        "xn--bcher-kva.example",
      ),
      fc.tuple(word, word).map(([first, second]) => `${first}.${second}`),
    ),
    port,
  )
  // Without a dot or a port only "localhost" is told from a repository.
  .map(([name, number]) => (number === undefined ? name : `${name}:${number}`));

function problemOf(parse: () => unknown): string | undefined {
  try {
    parse();
  } catch (error) {
    if (error instanceof EngineError) return error.facts.problem;
    throw error;
  }
  return "accepted";
}

describe("references", () => {
  test("come back as they were written", () => {
    fc.assert(
      fc.property(
        host,
        repository,
        tag,
        digest,
        fc.constantFrom("tag", "digest", "both"),
        (h, r, t, d, kind) => {
          const text = `${h}/${r}${kind === "digest" ? "" : `:${t}`}${kind === "tag" ? "" : `@${d}`}`;
          const reference = parseReference(text);
          expect(formatReference(reference)).toBe(text);
          expect(reference.repository).toBe(r);
          expect(reference.tag).toBe(kind === "digest" ? undefined : t);
          expect(reference.digest).toBe(kind === "tag" ? undefined : d);
        },
      ),
    );
  });

  test("any text is parsed or refused with a problem", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary-ascii", maxLength: 300 }), (text) => {
        for (const parse of [
          parseReference,
          parseImagePath,
          parseRegistryBase,
          parseRegistryHost,
          parseTag,
        ]) {
          expect(problemOf(() => parse(text))).toEqual(expect.any(String));
        }
      }),
    );
  });

  test("image paths come back as they were written", () => {
    fc.assert(
      fc.property(repository, tag, (r, t) => {
        expect(formatImagePath(parseImagePath(`${r}:${t}`))).toBe(`${r}:${t}`);
      }),
    );
  });

  test.each([
    ["https://registry.example.com/a:b", "scheme"],
    ["a/b:c", "host-missing"],
    ["registry.example.com/a", "tag-or-digest-missing"],
    ["registry.example.com/a@sha256:abc", "digest-malformed"],
    ["registry.example.com/A:b", "uppercase"],
    ["registry.example.com/a//b:c", "repository-malformed"],
    ["registry.example.com/a:b c", "whitespace"],
    ["registry.example.com/a:-b", "tag-malformed"],
    [`registry.example.com/a:${"x".repeat(129)}`, "tag-malformed"],
    [`registry.example.com/${"x".repeat(256)}:b`, "too-long"],
  ])("%s is refused: %s", (text, problem) => {
    expect(problemOf(() => parseReference(text))).toBe(problem);
  });
});

describe("registries", () => {
  test.each([
    ["https://harbor.example.com", "scheme"],
    ["harbor.example.com/", "trailing-slash"],
    ["harbor.example.com/project/", "trailing-slash"],
    ["harbor.example.com:x", "port-malformed"],
    ["harbor.example.com:0", "port-malformed"],
    ["harbor.example.com:65536", "port-malformed"],
    ["harbor..example.com", "host-malformed"],
    ["-harbor.example.com", "host-malformed"],
    ["harbor example.com", "whitespace"],
    ["[::1", "host-malformed"],
    ["", "empty"],
    ["harbor.example.com/Project", "uppercase"],
  ])("%s is refused: %s", (text, problem) => {
    expect(problemOf(() => parseRegistryBase(text))).toBe(problem);
  });

  test("a base may have a path or none, and the host's case does not matter", () => {
    expect(parseRegistryBase("Harbor.Example.com:8443/a/b")).toEqual({
      registry: "harbor.example.com:8443",
      base: "a/b",
    });
    expect(parseRegistryBase("[::1]:5000")).toEqual({ registry: "[::1]:5000", base: "" });
  });

  test("a repository joined to a base keeps the limit of length", () => {
    expect(joinRepository("", parseRepository("a/b"))).toBe("a/b");
    expect(joinRepository(parseRepository("base"), parseRepository("a"))).toBe("base/a");
    const long = parseRepository("x".repeat(200));
    expect(problemOf(() => joinRepository(long, long))).toBe("too-long");
  });
});
