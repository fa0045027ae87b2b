import { expect, test } from "vitest";
import { parseCopyOptions, UsageError } from "./copy-options.ts";

const needed = ["--to", "harbor.example.com/base", "--list", "list.txt"];

test("options are read, with what holds unless told otherwise", () => {
  expect(parseCopyOptions(["--from", "source.example.com", ...needed])).toEqual({
    from: { registry: "source.example.com", base: "" },
    to: { registry: "harbor.example.com", base: "base" },
    listPath: "list.txt",
    fromPlainHttp: false,
    toPlainHttp: false,
    concurrency: 6,
    json: false,
  });
  const all = ["--from-plain-http", "--to-plain-http", "--concurrency=2", "--json"];
  expect(parseCopyOptions([...needed, ...all])).toMatchObject({
    fromPlainHttp: true,
    toPlainHttp: true,
    concurrency: 2,
    json: true,
  });
  expect(parseCopyOptions(["--help"])).toBe("help");
});

test.each<[string[], string]>([
  [["--list", "list.txt"], "--to is missing"],
  [["--to", "harbor.example.com"], "--list is missing"],
  [["--to", "https://harbor.example.com", "--list", "list.txt"], "scheme"],
  [["--to", "harbor.example.com/", "--list", "list.txt"], "slash"],
  [[...needed, "--concurrency", "0"], "1 to 64"],
  [[...needed, "--concurrency", "many"], "1 to 64"],
  [[...needed, "--no-such-option"], "--no-such-option"],
  [[...needed, "positional"], "positional"],
])("%j is refused: %s", (args, words) => {
  expect(() => parseCopyOptions(args)).toThrow(UsageError);
  expect(() => parseCopyOptions(args)).toThrow(words);
});
