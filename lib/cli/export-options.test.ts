import { expect, test } from "vitest";
import { parseExportOptions } from "./export-options.ts";
import { UsageError } from "./usage-error.ts";

const needed = ["--list", "list.txt", "--to-dir", "out/spring-2026"];
const mebibyte = 1024 * 1024;

test("options are read, with what holds unless told otherwise", () => {
  expect(parseExportOptions(["--from", "source.example.com/base", ...needed])).toEqual({
    from: { registry: "source.example.com", base: "base" },
    wanted: { listPath: "list.txt" },
    folder: "out/spring-2026",
    name: "spring-2026",
    format: "drayage",
    volumeBytes: Infinity,
    filePaths: [],
    side: { plainHttp: false, insecure: false, anyAddress: false },
    line: {},
    scope: { referrers: false, foreignLayers: false },
    dryRun: false,
    discard: false,
    concurrency: 16,
    json: false,
  });
  const all = [
    ...["--from-plain-http", "--from-auth", "config.json", "--proxy", "none", "--rps", "5"],
    ...["--name", "spring_1.0", "--since", "out/winter", "--file", "tanzu.tar.gz", "--file", "harbor.ova"],
    ...["--volume-size", "4095MiB", "--sign-key", "key.pem", "--platform", "linux/amd64", "--referrers"],
    ...["--include-foreign", "--dry-run", "--discard", "--concurrency", "3", "--json"],
  ];
  expect(parseExportOptions([...needed, ...all])).toEqual({
    wanted: { listPath: "list.txt" },
    folder: "out/spring-2026",
    name: "spring_1.0",
    format: "drayage",
    volumeBytes: 4095 * mebibyte,
    sincePath: "out/winter",
    filePaths: ["tanzu.tar.gz", "harbor.ova"],
    signKeyPath: "key.pem",
    side: { plainHttp: true, insecure: false, anyAddress: false, authPath: "config.json" },
    line: { proxy: "none", requestsPerSecond: 5 },
    scope: { platforms: [{ os: "linux", architecture: "amd64" }], referrers: true, foreignLayers: true },
    dryRun: true,
    discard: true,
    concurrency: 3,
    json: true,
  });
  expect(parseExportOptions([...needed, "--format", "imgpkg"])).toMatchObject({ format: "imgpkg" });
  expect(parseExportOptions(["--help"])).toBe("help");
});

test("plug-ins are chosen instead of a list, and get into a file that is named as it is packed", () => {
  const plugins = [
    "--format",
    "tanzu-plugins",
    "--from",
    "projects.example.com/tanzu",
    "--to-dir",
    "out/cli",
  ];
  const from = { registry: "projects.example.com", base: "tanzu" };
  expect(parseExportOptions(plugins)).toMatchObject({ wanted: { from, choice: {} }, name: "cli.tar.gz" });
  const chosen = [
    "--group",
    "vmware-tkg/default:v2.3.1",
    "--plugin",
    "package@kubernetes",
    "--plugin",
    "apps",
  ];
  const machines = ["--machine", "linux/amd64", "--machine", "darwin/arm64"];
  expect(parseExportOptions([...plugins, ...chosen, ...machines, "--name", "cli.tar"])).toMatchObject({
    format: "tanzu-plugins",
    name: "cli.tar",
    wanted: {
      from,
      choice: {
        groups: ["vmware-tkg/default:v2.3.1"],
        plugins: ["package@kubernetes", "apps"],
        machines: [
          { os: "linux", architecture: "amd64" },
          { os: "darwin", architecture: "arm64" },
        ],
      },
    },
  });
});

test.each([
  ["fat32", 4095 * mebibyte],
  ["dvd", 4480 * mebibyte],
  ["1M", mebibyte],
  ["1.5GiB", 1536 * mebibyte],
  ["2097153", 2_097_153],
])("volumes of %s have %i bytes at most", (value, volumeBytes) => {
  expect(parseExportOptions([...needed, "--volume-size", value])).toMatchObject({ volumeBytes });
});

test("a folder is called by its own name, however it is written", () => {
  const named = (folder: string) => parseExportOptions(["--list", "list.txt", "--to-dir", folder]);
  expect(named("/media/disk/spring/")).toMatchObject({ folder: "/media/disk/spring/", name: "spring" });
  expect(named("./out/../spring")).toMatchObject({ name: "spring" });
});

test.each<[string[], string]>([
  [["--list", "list.txt"], "--to-dir is missing"],
  [["--to-dir", "out"], "--list is missing"],
  [["--from", "https://source.example.com", ...needed], "scheme"],
  [[...needed, "--format", "oci"], "one of drayage, imgpkg, tanzu-plugins"],
  [[...needed, "--name", "spring 2026"], "--name"],
  [[...needed, "--name", "../spring"], "--name"],
  [[...needed, "--name", ".hidden"], "--name"],
  [[...needed, "--name", "a".repeat(101)], "at most 100"],
  [["--list", "list.txt", "--to-dir", "/"], "--name"],
  [["--list", "list.txt", "--to-dir", "my bundle"], "--name"],
  [[...needed, "--volume-size", "large"], "--volume-size"],
  [[...needed, "--volume-size", "1023K"], "at least 1M"],
  [[...needed, "--volume-size", "0"], "--volume-size"],
  [[...needed, "--platform", "amd64"], "linux/amd64"],
  [[...needed, "--concurrency", "0"], "1 to 64"],
  [[...needed, "--from-key", "k.pem"], "belong together"],
  [[...needed, "--format", "imgpkg", "--volume-size", "fat32"], "--volume-size is for the format drayage"],
  [[...needed, "--format", "imgpkg", "--since", "winter"], "--since is for the format drayage"],
  [[...needed, "--format", "imgpkg", "--sign-key", "key.pem"], "--sign-key is for the format drayage"],
  [[...needed, "--format", "imgpkg", "--file", "tanzu.tar.gz"], "--file is for the format drayage"],
  [[...needed, "--file", "in/harbor (1).ova"], 'not "harbor (1).ova"'],
  [[...needed, "--file", "in/.hidden"], "rename it"],
  [[...needed, "--file", "in/tanzu.tar.gz", "--file", "old/tanzu.tar.gz"], 'two files called "tanzu.tar.gz"'],
  [[...needed, "--group", "vmware-tkg/default"], "--group is for the format tanzu-plugins"],
  [
    [...needed, "--format", "imgpkg", "--machine", "linux/amd64"],
    "--machine is for the format tanzu-plugins",
  ],
  [["--format", "tanzu-plugins", "--to-dir", "out"], "--from is missing"],
  [["--format", "tanzu-plugins", "--from", "a.example.com", ...needed], "--list is not for the format"],
  [
    ["--format", "tanzu-plugins", "--from", "a.example.com", "--to-dir", "out", "--machine", "linux"],
    "linux/amd64",
  ],
  [[...needed, "--to-plain-http"], "--to-plain-http"],
  [[...needed, "positional"], "positional"],
])("%j is refused: %s", (args, words) => {
  expect(() => parseExportOptions(args)).toThrow(UsageError);
  expect(() => parseExportOptions(args)).toThrow(words);
});
