import { afterEach, expect, test } from "vitest";
import { buildImage, buildIndex, buildLayer, type SampleManifest } from "#lib/demo/sample-image.ts";
import { startMemoryRegistry } from "#lib/testing/memory-registry/memory-registry.ts";
import { pushSample } from "#lib/testing/push-sample.ts";
import { parseRegistryHost, parseRepository, parseTag } from "../oci/reference.ts";
import { createRegistryClient } from "../oci/registry-client.ts";
import { readImageFile } from "./image-file.ts";
import { createRegistrySource } from "./registry-content.ts";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const platform = { os: "linux", architecture: "amd64" };
const repository = parseRepository("files");
const tag = parseTag("v1");

function imageOf(...layers: Readonly<Record<string, string>>[]): SampleManifest {
  const built = layers.map((files) =>
    buildLayer(Object.entries(files).map(([path, content]) => ({ path, content }))),
  );
  return buildImage({ format: "oci", platform, layers: built });
}

async function read(image: SampleManifest, path: string, maxFileBytes = 100): Promise<string> {
  const registry = await startMemoryRegistry();
  const client = createRegistryClient({
    registry: parseRegistryHost(registry.host),
    plainHttp: true,
    access: "pull,push",
  });
  ends.push(
    () => registry.stop(),
    () => client.close(),
  );
  await pushSample(client, repository, tag, image);
  const limits = { maxFileBytes, maxLayerBytes: 100_000 };
  const stored = { repository, reference: tag };
  const { content, digest } = await readImageFile(createRegistrySource(client), stored, path, { limits });
  expect(digest).toBe(image.descriptor.digest);
  return Buffer.from(content).toString();
}

test("is read from whichever layer has it, the last one first", async () => {
  const image = imageOf({ a: "old", b: "kept" }, { a: "new" });
  expect(await read(image, "/a")).toBe("new");
  expect(await read(image, "b")).toBe("kept");
});

test("is missed where no layer has it, or a later one takes it away", async () => {
  const image = imageOf({ "a/b": "1" }, { "a/.wh.b": "" });
  const index = buildIndex("oci", [{ platform, image }]);
  for (const each of [image, index, buildIndex("docker", [])]) {
    await expect(read(each, "a/b")).rejects.toMatchObject({
      code: "image-file-missing",
      facts: { file: "a/b", repository, reference: tag, digest: each.descriptor.digest },
    });
  }
});

test("is that of linux/amd64 in an index, or else of its first image", async () => {
  const other = imageOf({ a: "other" });
  const usual = imageOf({ a: "usual" });
  const arm = { platform: { os: "linux", architecture: "arm64" }, image: other };
  const attestation = {
    platform: { os: "unknown", architecture: "unknown" },
    image: imageOf({ a: "what is said" }),
  };
  expect(await read(buildIndex("oci", [attestation, arm, { platform, image: usual }]), "a")).toBe("usual");
  expect(await read(buildIndex("docker", [attestation, arm]), "a")).toBe("other");
});

test("is refused when it is larger than it may be", async () => {
  await expect(read(imageOf({ a: "12345" }), "a", 4)).rejects.toMatchObject({
    code: "image-file-invalid",
    facts: { file: "a", repository, reference: tag },
  });
});
