import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runProgram, type Program } from "#lib/testing/child-process.ts";
import { findProgram } from "#lib/testing/programs.ts";
import { startRegistry, type RegistryServer } from "#lib/testing/registry-server.ts";
import { fillRegistry } from "./fill-registry.ts";
import { generateRelease, type ReleaseImage } from "./generate-release.ts";

const scale = 0.01;
// Bundles, indexes, several tags of one repository, plug-ins: the shapes there are, without their repetition.
const only = ({ repository }: ReleaseImage) =>
  /^(tkg\/(packages\/|etcd|pause|tkr-)|sig-storage\/|kindest\/|tanzu_cli\/)/.test(repository);
const imageCount = generateRelease({ scale }).filter(only).length;
const fillTimeoutMs = 180_000;

let registry: RegistryServer;
let skopeo: Program;
beforeAll(async () => {
  [registry, skopeo] = await Promise.all([startRegistry(), findProgram("skopeo")]);
});
afterAll(() => registry.stop());

const inspectRaw = async (image: string) =>
  (
    await runProgram(skopeo, [
      ...["inspect", "--raw", "--tls-verify=false", `docker://${registry.host}/${image}`],
    ])
  ).stdout;

test(
  "fills a registry, goes on after a stop, and sends nothing twice",
  async () => {
    const stop = new AbortController();
    const stopped = fillRegistry(registry.url, {
      scale,
      only,
      signal: stop.signal,
      onProgress: ({ imagesDone }) => {
        if (imagesDone === 20) stop.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: "cancelled" });

    const seen: number[] = [];
    const rest = await fillRegistry(registry.url, {
      scale,
      only,
      onProgress: ({ imagesDone }) => seen.push(imagesDone),
    });
    expect(rest.imagesPresent).toBeGreaterThanOrEqual(20);
    expect(rest.imagesPushed + rest.imagesPresent).toBe(imageCount);
    expect(seen.at(-1)).toBe(imageCount);

    expect(await fillRegistry(registry.url, { scale, only })).toEqual({
      imagesPushed: 0,
      imagesPresent: imageCount,
      bytesSent: 0,
    });
  },
  fillTimeoutMs,
);

test("skopeo reads an index, and both of its images, as they were made", async () => {
  const index = generateRelease({ scale }).find((image) => image.repository === "sig-storage/csi-attacher");
  if (!index) throw new Error("no such image");
  const { root } = index.build();
  expect(await inspectRaw(`${index.repository}:${index.tag}`)).toBe(Buffer.from(root.raw).toString());
  expect(root.children).toHaveLength(2);
  for (const { descriptor, raw } of root.children) {
    expect(await inspectRaw(`${index.repository}@${descriptor.digest}`)).toBe(Buffer.from(raw).toString());
  }
});

test("skopeo finds the images of a bundle by digest in the repository of the bundle", async () => {
  const bundle = generateRelease({ scale }).find((image) => image.repository === "tkg/packages/core/repo");
  if (!bundle) throw new Error("no such bundle");
  const { root, relocated } = bundle.build();
  expect(await inspectRaw(`${bundle.repository}:${bundle.tag}`)).toBe(Buffer.from(root.raw).toString());
  for (const { tag, manifest } of relocated) {
    const raw = Buffer.from(manifest.raw).toString();
    expect(await inspectRaw(`${bundle.repository}@${manifest.descriptor.digest}`)).toBe(raw);
    expect(await inspectRaw(`${bundle.repository}:${tag}`)).toBe(raw);
  }
});

test.for(["kindest/node", "tkg/etcd", "tkg/packages/standard/repo"])(
  "skopeo unpacks the layers of %s",
  async (repository) => {
    const image = generateRelease({ scale }).find((each) => each.repository === repository);
    if (!image) throw new Error("no such image");
    const dir = await mkdtemp(join(tmpdir(), "drayage-unpacked-"));
    try {
      const source = `docker://${registry.host}/${repository}:${image.tag}`;
      const args = ["copy", "--all", "--dest-decompress", "--src-tls-verify=false"];
      await runProgram(skopeo, [...args, source, `dir:${dir}`]);
      const { root } = image.build();
      const configs = [root, ...root.children].flatMap((manifest) => manifest.blobs.slice(0, 1));
      const files = await readdir(dir);
      for (const config of configs) {
        const text = Buffer.concat([...config.content()]).toString();
        const { rootfs } = JSON.parse(text) as { rootfs: { diff_ids: string[] } };
        expect(files).toEqual(expect.arrayContaining(rootfs.diff_ids.map((id) => id.replace("sha256:", ""))));
      }
      expect(configs.length).toBeGreaterThan(0);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  },
);
