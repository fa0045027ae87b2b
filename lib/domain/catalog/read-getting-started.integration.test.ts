import { afterAll, beforeAll, expect, test } from "vitest";
import { fillRegistry } from "#lib/demo/fill-registry.ts";
import { dependenciesText, gettingStartedImage, listDependencies } from "#lib/demo/vendor-lists.ts";
import { createRegistrySource } from "#lib/engine/mirror/index.ts";
import { parseRegistryHost } from "#lib/engine/oci/reference.ts";
import { createRegistryClient } from "#lib/engine/oci/registry-client.ts";
import { type RegistryServer, startRegistry } from "#lib/testing/registry-server.ts";
import { parseReleaseList } from "./parse-release-list.ts";
import { readGettingStarted } from "./read-getting-started.ts";

let registry: RegistryServer;
beforeAll(async () => {
  registry = await startRegistry();
  await fillRegistry(registry.url, {
    scale: 0.01,
    only: ({ repository }) => repository === gettingStartedImage.repository,
  });
});
afterAll(() => registry.stop());

test("the vendor's list comes straight out of its image, over the wire", async () => {
  const client = createRegistryClient({
    registry: parseRegistryHost(registry.host),
    plainHttp: true,
    access: "pull",
  });
  try {
    const { repository, tag } = gettingStartedImage;
    const { text, digest } = await readGettingStarted(createRegistrySource(client), {
      repository,
      reference: tag,
    });
    expect(text).toBe(dependenciesText);
    expect(digest).toBe((await client.findManifest(repository, tag))?.digest);
    const options = { kind: "getting_started_airgapped", source: null, file: "dependencies.txt" } as const;
    expect(parseReleaseList(text, options)).toHaveLength(listDependencies().length);
  } finally {
    await client.close();
  }
});
