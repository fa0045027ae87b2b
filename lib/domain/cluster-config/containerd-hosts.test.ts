import { parse } from "smol-toml";
import { describe, expect, test } from "vitest";
import { issueCertificate } from "#lib/testing/issue-certificate.ts";
import { checkHostsToml } from "./check-hosts-toml.ts";
import { containerdHostsInput, generateContainerdHosts } from "./containerd-hosts.ts";
import { listHostDirectories } from "./host-directories.ts";
import { listRequests } from "./list-requests.ts";
import { readHostsToml } from "./read-hosts-toml.ts";

const [one, two] = [issueCertificate({ subject: "One" }), issueCertificate({ subject: "Two" })];
const wish = {
  registry: "harbor.example.com:5000/tkg",
  sources: ["quay.io:443", "docker.io"],
  certificates: [
    { name: "one", pem: one.pem },
    { name: "two", pem: `text around\n${two.pem}` },
  ],
  mayAskSource: false,
  system: "linux",
};
const make = (changes: object = {}) =>
  generateContainerdHosts(containerdHostsInput.parse({ ...wish, ...changes }));
const contentOf = (output: ReturnType<typeof make>, path: string) =>
  output.files.find((file) => file.path === path)?.content ?? "";
const image = { repository: "a/b", tag: "v1" };

test.each([
  ["linux", ["harbor.example.com:5000", "quay.io:443", "docker.io"]],
  ["windows", ["harbor.example.com_5000_", "quay.io_443_", "docker.io"]],
] as const)("makes directories that containerd looks in on %s", (system, directories) => {
  const { files } = make({ system });
  expect(files.map(({ path }) => path)).toEqual([
    ...directories.flatMap((directory) =>
      ["hosts.toml", "one.crt", "two.crt"].map((name) => `certs.d/${directory}/${name}`),
    ),
    "config-of-containerd-1.toml",
    "config-of-containerd-2.toml",
  ]);
  for (const [index, host] of ["harbor.example.com:5000", "quay.io:443", "docker.io"].entries()) {
    expect(listHostDirectories(host, system)).toContain(directories[index]);
  }
});

test("makes one directory of a source that is named twice", () => {
  const paths = make({ sources: ["quay.io", "quay.io"] }).files.map(({ path }) => path);
  expect(paths).toEqual([...new Set(paths)]);
});

describe("what nodes ask", () => {
  const ask = (text: string, host: string) =>
    listRequests(readHostsToml(text), host, image, { for: "resolve" }).map(({ url }) => url);

  test("is the registry only, where the source is not to be asked", () => {
    const output = make();
    expect(ask(contentOf(output, "certs.d/quay.io:443/hosts.toml"), "quay.io:443")).toEqual([
      "https://harbor.example.com:5000/v2/tkg/a/b/manifests/v1?ns=quay.io%3A443",
    ]);
    expect(
      ask(contentOf(output, "certs.d/harbor.example.com:5000/hosts.toml"), "harbor.example.com:5000"),
    ).toEqual(["https://harbor.example.com:5000/v2/a/b/manifests/v1"]);
  });

  test("is the source last, where it may be", () => {
    const output = make({ mayAskSource: true, registry: "harbor.example.com" });
    expect(ask(contentOf(output, "certs.d/docker.io/hosts.toml"), "docker.io")).toEqual([
      "https://harbor.example.com/v2/a/b/manifests/v1?ns=docker.io",
      "https://registry-1.docker.io/v2/a/b/manifests/v1",
    ]);
  });

  test.each([true, false])("has nothing amiss, source allowed: %s", (mayAskSource) => {
    for (const { path, content } of make({ mayAskSource }).files.filter((each) =>
      each.path.endsWith("hosts.toml"),
    )) {
      const [, directory = ""] = path.split("/");
      const found = checkHostsToml(content, {
        file: path,
        sourceHost: directory,
        // The registry is the source of its own images.
        mayAskSource: mayAskSource || directory === "harbor.example.com:5000",
        place: { directory, system: "linux" },
      });
      expect(found.filter(({ severity }) => severity !== "notice")).toEqual([]);
    }
  });
});

test("names a registry without TLS by http, and no certificates, with which HTTPS would be tried", () => {
  const output = make({ plainHttp: true, mayAskSource: true });
  expect(output.files.filter(({ path }) => path.endsWith(".crt"))).toEqual([]);
  const rulesOf = (directory: string) => {
    const file = `certs.d/${directory}/hosts.toml`;
    const content = contentOf(output, file);
    return checkHostsToml(content, { file, sourceHost: directory, mayAskSource: true }).map(
      ({ rule }) => rule,
    );
  };
  expect(rulesOf("quay.io:443")).toEqual(["source-asked", "plain-http"]);
  expect(rulesOf("harbor.example.com:5000")).toEqual(["source-asked", "plain-http"]);
  expect(contentOf(output, "certs.d/quay.io:443/hosts.toml")).toContain('server = "https://quay.io:443"');
});

test("writes certificates as they are, without what stood around them", () => {
  const output = make();
  expect(contentOf(output, "certs.d/docker.io/two.crt")).toBe(two.pem);
  const hosts = readHostsToml(contentOf(output, "certs.d/docker.io/hosts.toml"));
  expect(hosts).toMatchObject({ ok: true, server: { ca: ["one.crt", "two.crt"] } });
});

test("writes the folder into the configuration of both versions", () => {
  const output = make({ system: "windows" });
  const registry = { config_path: "C:\\ProgramData\\containerd\\certs.d" };
  expect(parse(contentOf(output, "config-of-containerd-1.toml"))).toEqual({
    version: 2,
    plugins: { "io.containerd.grpc.v1.cri": { registry } },
  });
  expect(parse(contentOf(output, "config-of-containerd-2.toml"))).toEqual({
    version: 3,
    plugins: { "io.containerd.cri.v1.images": { registry } },
  });
});

test("says how to put it in place and to try it", () => {
  expect(make().steps).toEqual([
    {
      code: "copy-files",
      commands: ["mkdir -p /etc/containerd/certs.d", "cp -R certs.d/. /etc/containerd/certs.d"],
    },
    { code: "set-config-path", commands: ["grep -n config_path /etc/containerd/config.toml"] },
    { code: "restart-containerd", commands: ["systemctl restart containerd"] },
    {
      code: "pull-to-try",
      commands: [
        "ctr --namespace k8s.io images pull --hosts-dir /etc/containerd/certs.d quay.io:443/IMAGE:TAG",
        "crictl pull quay.io:443/IMAGE:TAG",
      ],
    },
  ]);
  expect(make({ sources: [] }).steps.at(-1)?.commands.at(-1)).toBe(
    "crictl pull harbor.example.com:5000/tkg/IMAGE:TAG",
  );
});

test.each([
  ["a URL for the registry", { registry: "https://harbor.example.com" }],
  ["a repository for a source", { sources: ["quay.io/a"] }],
  ["a name that leaves the folder", { certificates: [{ name: "../x", pem: one.pem }] }],
  ["a name twice", { certificates: ["a", "A"].map((name) => ({ name, pem: one.pem })) }],
  ["no certificate", { certificates: [{ name: "x", pem: "none" }] }],
  ["a private key", { certificates: [{ name: "x", pem: one.pem + one.keyPem }] }],
])("refuses %s", (_what, changes) => {
  expect(containerdHostsInput.safeParse({ ...wish, ...changes }).success).toBe(false);
});
