import { parse } from "smol-toml";
import { describe, expect, test } from "vitest";
import type { MirrorEntry, MirrorSet, MirrorSetKind, MirrorSourcePolicy } from "./mirror-set.ts";
import { findHost, findOrganizationPath } from "./operator-location.ts";
import { readPullSecret, type PullSecretAuths } from "./pull-secret.ts";
import {
  formatWindowsHost,
  makeWindowsHosts,
  mergeForWindows,
  shortenMirror,
  type WindowsHost,
} from "./windows-hosts.ts";

const allow = "AllowContactingSource";
const never = "NeverContactSource";

const setOf = (kind: MirrorSetKind, entries: readonly MirrorEntry[]): MirrorSet => ({
  kind,
  name: "own",
  entries,
});
const idms = (...entries: MirrorEntry[]) => setOf("ImageDigestMirrorSet", entries);
const itms = (...entries: MirrorEntry[]) => setOf("ImageTagMirrorSet", entries);
const entry = (source: string, mirrors: string[], mirrorSourcePolicy?: MirrorSourcePolicy): MirrorEntry => ({
  source,
  mirrors,
  ...(mirrorSourcePolicy !== undefined && { mirrorSourcePolicy }),
});
const authsOf = (auths: unknown): PullSecretAuths => {
  const reading = readPullSecret(JSON.stringify({ auths }));
  if (!reading.ok) throw new Error(reading.problem);
  return reading.auths;
};
const merged = (...sets: MirrorSet[]) =>
  mergeForWindows(sets).map(({ host, mirrors, policy }) => [
    host,
    mirrors.map(({ location, resolvesTags }) => `${location}${resolvesTags ? " resolve" : ""}`),
    policy,
  ]);

describe("a: the host of a source", () => {
  test.each([
    ["mcr.microsoft.com/oss/kubernetes/pause:3.9", "mcr.microsoft.com"],
    ["https://source1.local:5000", "source1.local:5000"],
    ["docker://mcr.microsoft.com/oss/kubernetes/pause", "mcr.microsoft.com"],
    ["https://user:secret@h:5000/x", "h:5000"],
    ["localhost:5000/x", "localhost:5000"],
    ["127.0.0.1:5000/x", "127.0.0.1:5000"],
    ["source2", "source2"],
    ["*.example.com", "*.example.com"],
    ["https://[::1]:5000/x", "::1:5000"],
    // Go's parser refuses it, so all before the first slash counts.
    ["https://h:port/x", "https:"],
    ["", ""],
  ])("of %s is %s", (source, host) => {
    expect(findHost(source)).toBe(host);
  });

  test("drops the namespace", () => {
    expect(merged(idms(entry("quay.io/a/b", ["m.io/a/b"])))).toEqual([["quay.io", ["m.io"], undefined]]);
  });
});

// TestExtractOrgPath
test.each([
  ["registry.local/org", "org"],
  ["registry.local/org/sub_org", "org/sub_org"],
  ["registry.local", ""],
  ["docker://h.io/x", "x"],
])("the path of %s is %j", (location, path) => {
  expect(findOrganizationPath(location)).toBe(path);
});

// TestExtractMirrorURL, whose first case newMirror keeps from it.
describe("b: what of a mirror remains", () => {
  test.each([
    ["example.com/path/to/resource", "example.com/path/to/resource", "example.com"],
    ["example.com/path/to/resource", "example.org/path/to/resource", "example.org"],
    ["example.com/path/to/resource/x", "example.com/path/to/resourceax", "example.com/path/to/resourceax"],
    [
      "mcr.microsoft.com/powershell:lts-nanoserver-ltsc2022",
      "quay.io/powershell:23",
      "quay.io/powershell:23",
    ],
    ["mcr.microsoft.com/powershell:lts", "quay.io/powershell:lts", "quay.io"],
    [
      "mcr.microsoft.com/powershell:lts",
      "quay.io/random_namespace/powershell:lts",
      "quay.io/random_namespace",
    ],
    [
      "mcr.microsoft.com/windows/servercore:ltsc2022",
      "quay.io/mohashai/random_namespace/windows/servercore:ltsc2022",
      "quay.io/mohashai/random_namespace",
    ],
    ["foo1/fah/different/foo2", "foo1/fah/something/foo2", "foo1/fah/something"],
    ["foo1/fah/hello/different/foo2", "foo1/fah/something/foo2", "foo1/fah/something"],
    ["foo1/fah/different/foo2", "foo1/fah/hello/something/foo2", "foo1/fah/hello/something"],
    ["registry.access.redhat.com/ubi9/ubi-minimal", "example.io/example/ubi-minimal", "example.io/example"],
    ["quay.io/remote-org/image", "quay.io/my-org/image", "quay.io/my-org"],
    // Past the path, into the hosts.
    ["quay.io", "m.io/quay.io", "m.io"],
    ["a.io/b.io/c", "b.io/c", ""],
  ])("%s with %s: %j", (source, mirror, remains) => {
    expect(shortenMirror(source, mirror)).toBe(remains);
  });
});

describe("c: what falls on one host", () => {
  test("nothing", () => {
    expect(merged()).toEqual([]);
  });

  test("of its own kind: mirrors of digests do not resolve, those of tags do", () => {
    expect(merged(idms(entry("source1", ["mirror1"], allow)))).toEqual([["source1", ["mirror1"], allow]]);
    expect(merged(itms(entry("source2", ["mirror2"], allow)))).toEqual([
      ["source2", ["mirror2 resolve"], allow],
    ]);
  });

  test("keeps different hosts apart", () => {
    expect(
      merged(
        idms(entry("https://source1.local:5000", ["mirror1"], allow)),
        itms(entry("source2", ["mirror2"], allow)),
      ),
    ).toEqual([
      ["source1.local:5000", ["mirror1"], allow],
      ["source2", ["mirror2 resolve"], allow],
    ]);
  });

  test("of several objects, as in the operator's own tests", () => {
    expect(
      merged(
        idms(entry("vmc.ci.openshift.org/ci-op/pipeline", ["devcluster.openshift.com:5000/pipeline"], allow)),
        itms(
          entry(
            "docker://mcr.microsoft.com/oss/kubernetes/pause",
            ["quay.io/testuser/oss/kubernetes/pause"],
            allow,
          ),
          entry("mcr.microsoft.com/powershell", ["quay.io/testuser/testnamespace/powershell"], allow),
          entry(
            "registry.k8s.io/sig-storage/csi-provisioner",
            ["devcluster.openshift.com:5000/sig-storage/csi-provisioner"],
            allow,
          ),
          entry(
            "registry.access.redhat.com/ubi9/ubi-minimal",
            ["devcluster.openshift.com:5000/ubi9/ubi-minimal"],
            allow,
          ),
          entry("registry.access.redhat.com/ubi8/ubi-minimal", ["random.io/ubi8/ubi-minimal"], never),
        ),
      ),
    ).toEqual([
      ["mcr.microsoft.com", ["quay.io/testuser resolve", "quay.io/testuser/testnamespace resolve"], allow],
      ["registry.access.redhat.com", ["devcluster.openshift.com:5000 resolve", "random.io resolve"], never],
      ["registry.k8s.io", ["devcluster.openshift.com:5000 resolve"], allow],
      ["vmc.ci.openshift.org", ["devcluster.openshift.com:5000"], allow],
    ]);
  });

  test.each([
    ["digests first", [idms(entry("q.io/a", ["m.io/a"])), itms(entry("q.io/a", ["m.io/a"]))]],
    // Digest sets are taken first however the objects are given.
    ["tags first", [itms(entry("q.io/a", ["m.io/a"])), idms(entry("q.io/a", ["m.io/a"]))]],
  ])("resolves tags where one of equal mirrors does: %s", (_order, sets) => {
    expect(merged(...sets)).toEqual([["q.io", ["m.io resolve"], undefined]]);
  });

  test("merges equal mirrors of different sources", () => {
    expect(merged(idms(entry("q.io/a", ["m.io/a"]), entry("q.io/b", ["m.io/b", "n.io/b"])))).toEqual([
      ["q.io", ["m.io", "n.io"], undefined],
    ]);
  });

  test.each<[(MirrorSourcePolicy | undefined)[], MirrorSourcePolicy | undefined]>([
    [[allow, never], never],
    [[never, allow], never],
    [[allow, allow], allow],
    [[never, undefined], never],
    // What is unset means Allow, but Never does not beat it.
    [[undefined, never], undefined],
    [[undefined, allow], undefined],
    [[allow, undefined], undefined],
    [[allow, undefined, never], undefined],
    [[allow, never, allow], never],
  ])("policies %j become %s", (policies, result) => {
    const entries = policies.map((policy, index) => entry(`q.io/${index}`, [`m.io/${index}`], policy));
    expect(mergeForWindows([idms(...entries)])[0]?.policy).toBe(result);
    expect(mergeForWindows(entries.map((each) => itms(each)))[0]?.policy).toBe(result);
  });
});

test("d: mirrors and sources by the alphabet, whatever their order was", () => {
  expect(
    merged(
      idms(entry("z.io/a", ["z.io/first/a", "b.io/a", "B.io/a", "a.io:443/a"]), entry("a.io", ["q.io"])),
    ),
  ).toEqual([
    ["a.io", ["q.io"], undefined],
    ["z.io", ["B.io", "a.io:443", "b.io", "z.io/first"], undefined],
  ]);
});

describe("e: the text", () => {
  const auths = authsOf({
    "mirror.example.com": { auth: "dXNlcjpwYXNz" },
    "mirror.example.net": { auth: "dXNlcm5hbWU6cGFzc3dvcmQ=" },
  });
  const text = (policy: MirrorSourcePolicy | undefined, ...mirrors: [string, boolean][]) => {
    const host: WindowsHost = {
      host: "registry.access.redhat.com",
      mirrors: mirrors.map(([location, resolvesTags]) => ({ location, resolvesTags })),
      policy,
    };
    return formatWindowsHost(host, auths);
  };
  const three = `
[host."https://example.io/v2/example"]
  capabilities = ["pull"]
  override_path = true

[host."https://mirror.example.com/v2/redhat"]
  capabilities = ["pull"]
  override_path = true
  [host."https://mirror.example.com/v2/redhat".header]
    authorization = "Basic dXNlcjpwYXNz"

[host."https://mirror.example.net/v2"]
  capabilities = ["pull", "resolve"]
  override_path = true
  [host."https://mirror.example.net/v2".header]
    authorization = "Basic dXNlcm5hbWU6cGFzc3dvcmQ="
`;
  const mirrors: [string, boolean][] = [
    ["example.io/example", false],
    ["mirror.example.com/redhat", false],
    ["mirror.example.net", true],
  ];

  test("without mirrors is empty", () => {
    expect(text(allow)).toBe("");
    expect(makeWindowsHosts([idms(entry("q.io", []))])).toEqual(new Map([["q.io", ""]]));
  });

  test.each([allow, undefined] as const)("names the source as the server under %s", (policy) => {
    expect(text(policy, ...mirrors)).toBe(
      `server = "https://registry.access.redhat.com/v2"\n\noverride_path = true\n${three}`,
    );
  });

  test("names the first mirror with its path as the server under Never", () => {
    expect(text(never, ...mirrors)).toBe(
      `server = "https://example.io/v2/example"\n\noverride_path = true\n${three}`,
    );
  });

  test.each([
    [false, '["pull"]'],
    [true, '["pull", "resolve"]'],
  ])("lets a mirror resolve tags: %s", (resolves, capabilities) => {
    expect(text(allow, ["example.io/example", resolves])).toBe(
      `server = "https://registry.access.redhat.com/v2"

override_path = true

[host."https://example.io/v2/example"]
  capabilities = ${capabilities}
  override_path = true
`,
    );
  });

  test("has the server without a header under Never, though its table has one", () => {
    const [head] = text(never, ["mirror.example.com", true]).split("\n[");
    expect(head).toBe('server = "https://mirror.example.com/v2"\n\noverride_path = true\n');
  });

  test("matches no key with a path", () => {
    const scoped = authsOf({ "mirror.example.com/redhat": { auth: "dXNlcjpwYXNz" } });
    const [body] = makeWindowsHosts(
      [idms(entry("q.io/a", ["mirror.example.com/redhat/a"]))],
      scoped,
    ).values();
    expect(body).not.toContain("header");
  });

  test("matches the port of a key", () => {
    const auth = { username: "u", password: "p" };
    const sets = [idms(entry("q.io/a", ["m.io:5000/a"]))];
    const [without] = makeWindowsHosts(sets, authsOf({ "m.io": auth })).values();
    const [withPort] = makeWindowsHosts(sets, authsOf({ "m.io:5000": auth })).values();
    expect(without).not.toContain("header");
    expect(withPort).toContain(`    authorization = "Basic ${Buffer.from("u:p").toString("base64")}"\n`);
  });

  test("sends an empty user and password for an entry of a token alone", () => {
    const auths = authsOf({ "m.io": { identitytoken: "t0ken", auth: "" } });
    const [body] = makeWindowsHosts([idms(entry("q.io/a", ["m.io/a"]))], auths).values();
    expect(body).toContain('authorization = "Basic Og=="');
  });

  test("has a table twice where mirrors of one entry become the same, which is no TOML", () => {
    const sets = [idms(entry("q.io/a/b", ["m.io/a/b", "m.io/b", "m.io/a/b"]))];
    const [body = ""] = makeWindowsHosts([idms(entry("q.io/a", ["m.io/a", "m.io/a"]))]).values();
    expect(body.split('[host."https://m.io/v2"]')).toHaveLength(3);
    expect(() => parse(body)).toThrow();
    // Of a source that is the mirror's own path, too.
    const [same = ""] = makeWindowsHosts([idms(entry("q.io/a", ["q.io/a", "q.io"]))]).values();
    expect(() => parse(same)).toThrow();
    // Another entry of the host makes them one again, before or after it.
    const [healed = ""] = makeWindowsHosts([...sets, idms(entry("q.io/c", []))]).values();
    expect(() => parse(healed)).not.toThrow();
  });

  test("has a server without a host where all of a mirror stands at the end of the source", () => {
    const [body] = makeWindowsHosts([idms(entry("a.io/b.io/c", ["b.io/c"]))]).values();
    expect(body).toContain('[host."https:///v2"]');
  });

  test("stands in a directory named by the source's host, port and all", () => {
    const sets = [idms(entry("q.io:5000/a", ["m.io/a"]), entry("*.example.com", ["m.io/e"]))];
    expect([...makeWindowsHosts(sets).keys()]).toEqual(["*.example.com", "q.io:5000"]);
  });

  test("asks docker.io itself, which is no registry, when the mirrors fail", () => {
    const [body] = makeWindowsHosts([idms(entry("docker.io/library", ["m.io/library"]))]).values();
    expect(body).toContain('server = "https://docker.io/v2"\n');
  });
});
