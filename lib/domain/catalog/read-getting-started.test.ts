import { afterEach, expect, test } from "vitest";
import { buildFileImage } from "#lib/demo/file-image.ts";
import { buildGettingStartedImage } from "#lib/demo/getting-started-image.ts";
import { buildIndex, type SampleManifest } from "#lib/demo/sample-image.ts";
import { dependenciesText } from "#lib/demo/vendor-lists.ts";
import { createRegistrySource } from "#lib/engine/mirror/index.ts";
import { readImageFile } from "#lib/engine/mirror/image-file.ts";
import { parseRegistryHost, parseRepository, parseTag } from "#lib/engine/oci/reference.ts";
import { createRegistryClient } from "#lib/engine/oci/registry-client.ts";
import { startMemoryRegistry } from "#lib/testing/memory-registry/memory-registry.ts";
import { pushSample } from "#lib/testing/push-sample.ts";
import { gettingStartedRepository } from "./cse-versions.ts";
import { readGettingStarted } from "./read-getting-started.ts";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const image = { repository: parseRepository(gettingStartedRepository), reference: parseTag("v0.1.4") };

async function hold(content: SampleManifest | null) {
  const registry = await startMemoryRegistry();
  const host = parseRegistryHost(registry.host);
  const client = createRegistryClient({ registry: host, plainHttp: true, access: "pull,push" });
  ends.push(
    () => registry.stop(),
    () => client.close(),
  );
  if (content) await pushSample(client, image.repository, image.reference, content);
  return { source: createRegistrySource(client), host };
}

test("is the list that a container of the image sees, and the image's digest", async () => {
  const content = buildGettingStartedImage(dependenciesText);
  const { source } = await hold(content);
  expect(await readGettingStarted(source, image)).toEqual({
    text: dependenciesText,
    digest: content.descriptor.digest,
  });
  const limits = { maxFileBytes: 1_000, maxLayerBytes: 100_000 };
  for (const gone of ["src/artifact/dependencies.txt.draft", "src/artifact/old/dependencies.txt"]) {
    await expect(readImageFile(source, image, gone, { limits })).rejects.toMatchObject({
      code: "image-file-missing",
    });
  }
});

test("keeps every character of the list, and the digest of an index", async () => {
  const text = "\uFEFF# 목록\r\nregistry.example.com a v1\r\n\r\n\tnonsense\0";
  const platform = { os: "linux", architecture: "arm64" };
  const index = buildIndex("oci", [{ platform, image: buildGettingStartedImage(text) }]);
  const { source } = await hold(index);
  expect(await readGettingStarted(source, image)).toEqual({ text, digest: index.descriptor.digest });
});

test.each([
  ["manifest-not-found", "no image", null],
  [
    "image-file-missing",
    "an image without the list",
    buildFileImage([{ path: "dependencies.txt", content: "" }]),
  ],
  [
    "image-file-invalid",
    "a list of more than a mebibyte",
    buildGettingStartedImage("#".repeat(1024 * 1024 + 1)),
  ],
  ["image-file-invalid", "a list that is no text", buildGettingStartedImage(Uint8Array.of(0x23, 0xff))],
])("says by %s which image and which file: %s", async (code, _what, content) => {
  const { source, host } = await hold(content);
  await expect(readGettingStarted(source, image)).rejects.toMatchObject({
    code,
    facts: { registry: host, side: "source", file: "/src/artifact/dependencies.txt", ...image },
  });
});
