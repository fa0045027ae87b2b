import { expect, test } from "vitest";
import { parseCopyOptions } from "./copy-options.ts";
import { UsageError } from "./usage-error.ts";

const needed = ["--to", "harbor.example.com/base", "--list", "list.txt"];

test("options are read, with what holds unless told otherwise", () => {
  expect(parseCopyOptions(["--from", "source.example.com", ...needed])).toEqual({
    from: { registry: "source.example.com", base: "" },
    to: { registry: "harbor.example.com", base: "base" },
    listPath: "list.txt",
    sides: {
      from: { plainHttp: false, insecure: false, anyAddress: false },
      to: { plainHttp: false, insecure: false, anyAddress: false },
    },
    line: {},
    scope: { referrers: false, foreignLayers: false },
    concurrency: 16,
    json: false,
  });
  const all = [
    ...[
      "--from-plain-http",
      "--from-any-address",
      "--to-insecure",
      "--to-ca",
      "ca.pem",
      "--to-auth",
      "config.json",
    ],
    ...["--from-cert", "c.pem", "--from-key", "k.pem", "--proxy", "http://proxy:3128", "--no-proxy", "a, .b"],
    ...["--rps", "2.5", "--bandwidth", "1.5M", "--platform", "linux/amd64", "--platform", "linux/arm/v7"],
    ...["--referrers", "--include-foreign", "--recheck", "content", "--concurrency=2", "--json"],
  ];
  expect(parseCopyOptions([...needed, ...all])).toMatchObject({
    sides: {
      from: { plainHttp: true, insecure: false, anyAddress: true, certPath: "c.pem", keyPath: "k.pem" },
      to: { plainHttp: false, insecure: true, caPath: "ca.pem", authPath: "config.json" },
    },
    line: {
      proxy: "http://proxy:3128",
      noProxy: ["a", ".b"],
      requestsPerSecond: 2.5,
      bytesPerSecond: 1.5 * 1024 * 1024,
    },
    scope: {
      platforms: [
        { os: "linux", architecture: "amd64" },
        { os: "linux", architecture: "arm", variant: "v7" },
      ],
      referrers: true,
      foreignLayers: true,
    },
    recheck: "content",
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
  [[...needed, "--from-cert", "c.pem"], "belong together"],
  [[...needed, "--platform", "amd64"], "linux/amd64"],
  [[...needed, "--recheck", "all"], "parts"],
  [[...needed, "--rps", "0"], "above 0"],
  [[...needed, "--bandwidth", "fast"], "500K"],
  [[...needed, "--proxy", "proxy:3128"], "http://proxy"],
  [[...needed, "--no-such-option"], "--no-such-option"],
  [[...needed, "positional"], "positional"],
])("%j is refused: %s", (args, words) => {
  expect(() => parseCopyOptions(args)).toThrow(UsageError);
  expect(() => parseCopyOptions(args)).toThrow(words);
});
