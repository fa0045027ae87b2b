import { expect, test } from "vitest";
import { parseImportOptions } from "./import-options.ts";
import { UsageError } from "./usage-error.ts";

const needed = ["--dir", "carried", "--to", "harbor.example.com/base"];
const fingerprint = "0123456789abcdef".repeat(4);
const withColons = fingerprint.toUpperCase().match(/../g)?.join(":") ?? "";

test("options are read, with what holds unless told otherwise", () => {
  expect(parseImportOptions(needed)).toEqual({
    path: "carried",
    to: { registry: "harbor.example.com", base: "base" },
    side: { plainHttp: false, insecure: false, anyAddress: false },
    line: {},
    trustedKeys: [],
    concurrency: 16,
    json: false,
  });
  const all = [
    ...[
      "--to-plain-http",
      "--to-insecure",
      "--to-any-address",
      "--to-ca",
      "ca.pem",
      "--to-auth",
      "auth.json",
    ],
    ...["--to-cert", "c.pem", "--to-key", "k.pem", "--proxy", "none", "--bandwidth", "1M"],
    ...["--trust-key", fingerprint, "--concurrency", "4", "--json"],
  ];
  expect(parseImportOptions([...needed, ...all])).toEqual({
    path: "carried",
    to: { registry: "harbor.example.com", base: "base" },
    side: {
      plainHttp: true,
      insecure: true,
      anyAddress: true,
      caPath: "ca.pem",
      certPath: "c.pem",
      keyPath: "k.pem",
      authPath: "auth.json",
    },
    line: { proxy: "none", bytesPerSecond: 1024 * 1024 },
    trustedKeys: [fingerprint],
    concurrency: 4,
    json: true,
  });
  expect(parseImportOptions(["-h"])).toBe("help");
});

test("fingerprints are taken in capitals and with colons, as many as are given", () => {
  const other = "f".repeat(64);
  const options = parseImportOptions([...needed, "--trust-key", withColons, "--trust-key", other]);
  expect(options).toMatchObject({ trustedKeys: [fingerprint, other] });
});

test.each<[string[], string]>([
  [["--to", "harbor.example.com"], "--dir is missing"],
  [["--dir", "carried"], "--to is missing"],
  [["--dir", "carried", "--to", "https://harbor.example.com"], "scheme"],
  [["--dir", "carried", "--to", "harbor.example.com/"], "slash"],
  [[...needed, "--trust-key", "abc"], "64 hexadecimal digits"],
  [[...needed, "--trust-key", `${fingerprint}0`], "64 hexadecimal digits"],
  [[...needed, "--trust-key", "g".repeat(64)], "64 hexadecimal digits"],
  [[...needed, "--to-cert", "c.pem"], "belong together"],
  [[...needed, "--concurrency", "65"], "1 to 64"],
  [[...needed, "--from", "source.example.com"], "--from"],
  [[...needed, "positional"], "positional"],
])("%j is refused: %s", (args, words) => {
  expect(() => parseImportOptions(args)).toThrow(UsageError);
  expect(() => parseImportOptions(args)).toThrow(words);
});
