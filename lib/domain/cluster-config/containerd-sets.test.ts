import { describe, expect, it } from "vitest";
import { makeContainerdSets } from "./containerd-sets.ts";
import type { MirrorEntry, MirrorSet } from "./mirror-set.ts";
import { readHostsToml } from "./read-hosts-toml.ts";

const digests = (...entries: readonly MirrorEntry[]): MirrorSet => ({
  kind: "ImageDigestMirrorSet",
  name: "digests",
  entries,
});
const tags = (...entries: readonly MirrorEntry[]): MirrorSet => ({
  kind: "ImageTagMirrorSet",
  name: "tags",
  entries,
});

function read(sets: readonly MirrorSet[]) {
  const { files, leftOut } = makeContainerdSets(sets);
  const hosts = files.map(({ path, content }) => {
    const text = readHostsToml(content);
    if (!text.ok) throw new Error(content);
    return { path, server: text.server.name, mirrors: text.mirrors };
  });
  return { hosts, leftOut };
}

describe("hosts.toml of plain containerd out of mirror sets", () => {
  it("asks mirrors in the order in which they are written, below the path before the source's", () => {
    const entry = { source: "quay.io/org/app", mirrors: ["z.example/a/org/app", "b.example:5000/org/app"] };
    const { hosts, leftOut } = read([digests(entry)]);
    expect(leftOut).toEqual([]);
    expect(hosts.map(({ path, server }) => [path, server])).toEqual([
      ["certs.d/quay.io/hosts.toml", "https://quay.io"],
    ]);
    expect(hosts[0]?.mirrors.map(({ name }) => name)).toEqual([
      "https://z.example/v2/a",
      "https://b.example:5000/v2",
    ]);
  });

  it("asks for tags only where a set for tags has the mirror", () => {
    const entry = { source: "quay.io/org/app", mirrors: ["m.example/org/app"] };
    const other = { source: "quay.io/org/other", mirrors: ["m.example/org/other"] };
    expect(read([digests(entry)]).hosts[0]?.mirrors[0]?.capabilities).toEqual(["pull"]);
    expect(read([digests(entry), tags(other)]).hosts[0]?.mirrors[0]?.capabilities).toEqual([
      "pull",
      "resolve",
    ]);
  });

  it("knows no source where an entry of the host forbids it", () => {
    const never = { mirrorSourcePolicy: "NeverContactSource" } as const;
    const entries = [
      { source: "quay.io/a", mirrors: ["m.example/a", "n.example/a"] },
      { source: "quay.io/b", mirrors: ["m.example/b"], ...never },
    ];
    const [host] = read([digests(...entries)]).hosts;
    // The server is asked last, and so is what is written last.
    expect(host?.mirrors.map(({ name }) => name)).toEqual(["https://m.example/v2"]);
    expect(host?.server).toBe("https://n.example/v2");
  });

  it("leaves out what containerd cannot go by, and names the entry", () => {
    const entries = [
      { source: "quay.io/org/app", mirrors: ["m.example/app"] },
      { source: "*.example.com", mirrors: ["m.example"] },
      { source: "docker.io", mirrors: ["m.example/hub"] },
    ];
    const { hosts, leftOut } = read([digests(...entries)]);
    expect(leftOut).toEqual([
      "ImageDigestMirrorSet/digests spec.imageDigestMirrors[0]",
      "ImageDigestMirrorSet/digests spec.imageDigestMirrors[1]",
    ]);
    expect(hosts.map(({ path, server }) => [path, server])).toEqual([
      ["certs.d/docker.io/hosts.toml", "https://registry-1.docker.io"],
    ]);
  });
});
