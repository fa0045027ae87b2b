import { expect, test } from "vitest";
import { parseRegistryBase } from "../oci/reference.ts";
import { parseListItems } from "./list-items.ts";

const file = "list.txt";
const from = parseRegistryBase("source.example.com/mirror");
const to = parseRegistryBase("harbor.example.com:8443/base");
const digest = `sha256:${"a".repeat(64)}`;

test("each line gets its two ends", () => {
  const text = `tkg/pause:3.7\ntkg/pause@${digest}\nregistry.k8s.io sig-storage/csi-attacher v3.2.1\n`;
  expect(parseListItems(text, { file, from, to }).map(({ item }) => item)).toEqual([
    {
      source: { registry: "source.example.com", repository: "mirror/tkg/pause", tag: "3.7" },
      target: { repository: "base/tkg/pause", tag: "3.7" },
    },
    {
      source: { registry: "source.example.com", repository: "mirror/tkg/pause", digest },
      target: { repository: "base/tkg/pause" },
    },
    {
      source: {
        registry: "source.example.com",
        repository: "mirror/sig-storage/csi-attacher",
        tag: "v3.2.1",
      },
      target: { repository: "base/vmware-cloud-director/sig-storage/csi-attacher", tag: "v3.2.1" },
    },
  ]);
});

test("without a source of its own, the first of three columns is where an image comes from", () => {
  const text = "registry.k8s.io/staging sig-storage/csi-attacher v3.2.1\n";
  expect(parseListItems(text, { file, to })[0]?.item.source).toEqual({
    registry: "registry.k8s.io",
    repository: "staging/sig-storage/csi-attacher",
    tag: "v3.2.1",
  });
});

test.each([
  ["a line without a source", "\na:b\n", { line: 2, problem: "source-missing" }],
  [
    "two images under one tag",
    "registry.k8s.io a v1\nquay.io a v1\n",
    { line: 2, problem: "target-conflict" },
  ],
  [
    "a path too long below the base",
    `registry.k8s.io ${"x".repeat(230)} v1\n`,
    { line: 1, problem: "too-long" },
  ],
])("%s is refused with its line", (_what, text, facts) => {
  expect(() => parseListItems(text, { file, to })).toThrow(
    expect.objectContaining({
      code: "list-line-invalid",
      facts: expect.objectContaining({ file, ...facts }) as object,
    }),
  );
});

test("the same line twice is no conflict, and an empty list is refused", () => {
  expect(parseListItems("a:b\na:b\n", { file, from, to })).toHaveLength(2);
  expect(() => parseListItems("# nothing\n\n", { file, from, to })).toThrow(
    expect.objectContaining({ code: "list-empty" }),
  );
});
