import { describe, expect, test } from "vitest";
import { listHostDirectories, nameHostDirectory } from "./host-directories.ts";
import { listRequests, type RequestKind } from "./list-requests.ts";
import { readHostsToml } from "./read-hosts-toml.ts";

const digest = `sha256:${"a".repeat(64)}`;
const repository = "oss/kubernetes/pause";
const byTag = { repository, tag: "3.9" };
const byDigest = { repository, digest };
const resolve: RequestKind = { for: "resolve" };
const ask = (
  toml: string | null,
  host: string,
  image: Parameters<typeof listRequests>[2],
  kind: RequestKind,
) =>
  listRequests(toml === null ? null : readHostsToml(toml), host, image, kind).map(
    ({ method, url, to }) => `${to} ${method} ${url}`,
  );

const mirrors = `
server = "https://mcr.microsoft.com/v2"
override_path = true
[host."https://z.io/v2/org"]
capabilities = ["pull"]
override_path = true
[host."https://a.io:5000"]
capabilities = ["pull", "resolve"]
`;

describe("requests", () => {
  test("for a tag go to those that may resolve it, the server last", () => {
    expect(ask(mirrors, "mcr.microsoft.com", byTag, resolve)).toEqual([
      `mirror HEAD https://a.io:5000/v2/${repository}/manifests/3.9?ns=mcr.microsoft.com`,
      `server HEAD https://mcr.microsoft.com/v2/${repository}/manifests/3.9`,
    ]);
  });

  test("for a digest go to all, among manifests first", () => {
    const image = { ...byTag, digest };
    for (const each of [image, byDigest]) {
      expect(ask(mirrors, "mcr.microsoft.com", each, resolve)).toEqual(
        ["manifests", "blobs"].flatMap((folder) => [
          `mirror HEAD https://z.io/v2/org/${repository}/${folder}/${digest}?ns=mcr.microsoft.com`,
          `mirror HEAD https://a.io:5000/v2/${repository}/${folder}/${digest}?ns=mcr.microsoft.com`,
          `server HEAD https://mcr.microsoft.com/v2/${repository}/${folder}/${digest}`,
        ]),
      );
    }
  });

  test("for content go to all, in the order of the file", () => {
    for (const [kind, folder] of [
      ["manifest", "manifests"],
      ["blob", "blobs"],
    ] as const) {
      expect(ask(mirrors, "mcr.microsoft.com", byTag, { for: kind, digest })).toEqual([
        `mirror GET https://z.io/v2/org/${repository}/${folder}/${digest}?ns=mcr.microsoft.com`,
        `mirror GET https://a.io:5000/v2/${repository}/${folder}/${digest}?ns=mcr.microsoft.com`,
        `server GET https://mcr.microsoft.com/v2/${repository}/${folder}/${digest}`,
      ]);
    }
  });

  test("for a tag are none where nobody may resolve it", () => {
    const toml = 'server = "https://m.io"\ncapabilities = ["pull"]';
    expect(ask(toml, "q.io", byTag, resolve)).toEqual([]);
    expect(
      ask('server = "https://m.io"\ncapabilities = ["push"]', "q.io", byTag, { for: "blob", digest }),
    ).toEqual([]);
  });

  test("name the source with its port", () => {
    expect(ask('server = "https://m.io"', "q.io:5000", byTag, resolve)).toEqual([
      `server HEAD https://m.io/v2/${repository}/manifests/3.9?ns=q.io%3A5000`,
    ]);
  });
});

describe("the source itself is asked", () => {
  test.each([
    ["without a file", null],
    ["with an empty one", ""],
    ["with one that is no TOML", '[host."https://m.io"]\n[host."https://m.io"]'],
    ["with an unknown capability", '[host."https://m.io"]\ncapabilities = ["all"]'],
  ])("%s", (_what, toml) => {
    expect(ask(toml, "q.io:443", byTag, resolve)).toEqual([
      `source HEAD https://q.io:443/v2/${repository}/manifests/3.9`,
    ]);
  });

  test("last without a server, whatever the top of the file allows it", () => {
    expect(ask('capabilities = ["push"]\n[host."https://m.io"]', "q.io", byTag, resolve)).toEqual([
      `mirror HEAD https://m.io/v2/${repository}/manifests/3.9?ns=q.io`,
      `source HEAD https://q.io/v2/${repository}/manifests/3.9`,
    ]);
  });

  test("where nothing is said of a host", () => {
    expect(ask('server = "https:///v2"\n[host."https:///v2"]', "q.io", byTag, resolve)).toEqual([
      `source HEAD https://q.io/v2/${repository}/manifests/3.9`,
    ]);
  });

  test.each([
    ["docker.io", "https://registry-1.docker.io"],
    ["localhost", "https://localhost"],
    ["localhost:5000", "http://localhost:5000"],
    ["127.0.0.1:80", "http://127.0.0.1:80"],
    ["127.0.0.1:443", "https://127.0.0.1:443"],
  ])("%s at %s", (host, url) => {
    expect(ask(null, host, byTag, resolve)).toEqual([`source HEAD ${url}/v2/${repository}/manifests/3.9`]);
  });

  test("of docker.io, not at docker.io where a file says that", () => {
    expect(ask('server = "https://docker.io/v2"', "docker.io", byTag, resolve)).toEqual([
      `server HEAD https://docker.io/v2/${repository}/manifests/3.9`,
    ]);
  });
});

test.each([
  ["host:5000", "linux", ["host_5000_", "host:5000", "_default"]],
  ["host:5000", "windows", ["host_5000_", "host5000", "_default"]],
  ["host", "linux", ["host", "_default"]],
  ["host", "windows", ["host", "_default"]],
  ["[::1]:5000", "windows", ["[1]_5000_", "[1]5000", "_default"]],
] as const)("%s on %s has its file in one of %j", (host, system, directories) => {
  expect(listHostDirectories(host, system)).toEqual(directories);
  expect(nameHostDirectory("host:5000")).toBe("host_5000_");
});
