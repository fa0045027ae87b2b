import { describe, expect, test } from "vitest";
import type { MirroredImage } from "./mirrored-image.ts";
import type { MirrorSet, MirrorSetKind } from "./mirror-set.ts";
import { describeWindowsNodes } from "./windows-nodes.ts";

const digest = `sha256:${"b".repeat(64)}`;
const setOf = (kind: MirrorSetKind, source: string, ...mirrors: string[]): MirrorSet => ({
  kind,
  name: "own",
  entries: [{ source, mirrors }],
});
const pauseSource = "mcr.microsoft.com/oss/kubernetes/pause";
const pause: MirroredImage = {
  source: pauseSource,
  targets: ["m.io/org/oss/kubernetes/pause"],
  tags: ["3.9"],
  digests: [],
};
const tagSet = setOf("ImageTagMirrorSet", pauseSource, "m.io/org/oss/kubernetes/pause");

test("shows the operator's files, secret where they have credentials", () => {
  const { files } = describeWindowsNodes([tagSet], []);
  expect(files).toMatchObject([{ path: "registries/mcr.microsoft.com/hosts.toml", isSecret: false }]);
  const [secret] = describeWindowsNodes([tagSet], [], new Map([["m.io", "dTpw"]])).files;
  expect(secret).toMatchObject({ isSecret: true });
  expect(secret?.content).toContain('authorization = "Basic dTpw"');
});

test("shows what is asked for each digest, and for tags where there is none", () => {
  const nanoserver: MirroredImage = {
    source: "mcr.microsoft.com/windows/nanoserver",
    targets: ["m.io/windows/nanoserver"],
    tags: ["ltsc2022"],
    digests: [digest],
  };
  const { images } = describeWindowsNodes([tagSet], [nanoserver, pause]);
  expect(images.map(({ image, requests: [first], foundAt }) => [image, first?.url, foundAt])).toEqual([
    [
      `${nanoserver.source}@${digest}`,
      `https://m.io/v2/org/windows/nanoserver/manifests/${digest}?ns=mcr.microsoft.com`,
      null,
    ],
    [
      `${pauseSource}:3.9`,
      "https://m.io/v2/org/oss/kubernetes/pause/manifests/3.9?ns=mcr.microsoft.com",
      "m.io/org/oss/kubernetes/pause",
    ],
  ]);
});

describe("the pause image", () => {
  test("is found at the mirrored path", () => {
    expect(describeWindowsNodes([tagSet], [pause]).pause).toMatchObject({
      image: `${pauseSource}:3.9`,
      places: ["m.io/org/oss/kubernetes/pause"],
      foundAt: "m.io/org/oss/kubernetes/pause",
    });
  });

  test.each<[string, MirrorSet[], MirroredImage[]]>([
    ["was not mirrored", [tagSet], []],
    ["was mirrored by another tag", [tagSet], [{ ...pause, tags: ["3.8"] }]],
    [
      "stands where the rule says, and not where nodes ask",
      [setOf("ImageTagMirrorSet", pauseSource, "m.io/pause")],
      [{ ...pause, targets: ["m.io/pause"] }],
    ],
    ["has no rule", [], [pause]],
    [
      "has a file that is no TOML",
      [setOf("ImageTagMirrorSet", pauseSource, "m.io/oss/kubernetes/pause", "m.io/pause")],
      [{ ...pause, targets: ["m.io/oss/kubernetes/pause"] }],
    ],
  ])("is not found where it %s", (_what, sets, images) => {
    expect(describeWindowsNodes(sets, images).pause.foundAt).toBeNull();
  });

  test("is asked of the source alone by rules for digests", () => {
    const set = setOf("ImageDigestMirrorSet", pauseSource, "m.io/oss/kubernetes/pause");
    expect(describeWindowsNodes([set], [pause]).pause.requests).toEqual([
      {
        method: "HEAD",
        url: "https://mcr.microsoft.com/v2/oss/kubernetes/pause/manifests/3.9",
        to: "server",
      },
    ]);
  });
});
