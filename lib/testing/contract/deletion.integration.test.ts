import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildImage, buildIndex, buildLayer } from "#lib/demo/sample-image.ts";
import { digestBytes } from "#lib/engine/oci/digest.ts";
import { parseRepository, parseTag, type Repository, type Tag } from "#lib/engine/oci/reference.ts";
import type { RegistryClient } from "#lib/engine/oci/registry-client.ts";
import { pushSample } from "../push-sample.ts";
import { account, candidates, type ContractRegistry } from "./contract-registries.ts";

const [v1, v2, v3, other] = ["v1", "v2", "v3", "other"].map(parseTag) as [Tag, Tag, Tag, Tag];
const platform = { os: "linux", architecture: "amd64" };
const absent = digestBytes("nobody has this");
let serial = 0;

const newRepository = () => parseRepository(`contract/deletion-${++serial}`);
const sampleImage = (seed: string) =>
  buildImage({
    format: "oci",
    platform,
    layers: [buildLayer([{ path: seed, content: { seed, sizeBytes: 1_000 } }])],
  });
const sorted = async (client: RegistryClient, repository: Repository) =>
  (await client.listTags(repository)).toSorted();

describe.each(candidates)("deletion at $program over $access", ({ start }) => {
  let registry: ContractRegistry;
  beforeAll(async () => {
    registry = await start();
  });
  afterAll(() => registry.stop());

  test("of a digest takes all tags that stand at it, and no other", async () => {
    const { client } = registry;
    const repository = newRepository();
    const [gone, kept] = [sampleImage("gone"), sampleImage("kept")];
    for (const tag of [v1, v2]) await pushSample(client, repository, tag, gone);
    for (const tag of [v3, other]) await pushSample(client, repository, tag, kept);
    expect(await client.deleteManifest(repository, gone.descriptor.digest)).toBe("deleted");
    expect(await sorted(client, repository)).toEqual(["other", "v3"]);
    for (const reference of [v1, v2, gone.descriptor.digest]) {
      expect(await client.findManifest(repository, reference)).toBeNull();
      await expect(client.getManifest(repository, reference)).rejects.toMatchObject({
        code: "manifest-not-found",
      });
    }
    expect(await client.findManifest(repository, v3)).toEqual(kept.descriptor);
    // Its blobs stay until garbage is collected, so it can be put back without them.
    for (const { descriptor } of gone.blobs) {
      expect(await client.hasBlob(repository, descriptor.digest)).toBe(true);
    }
    await client.putManifest(repository, v1, gone);
    expect(await client.findManifest(repository, v1)).toEqual(gone.descriptor);
  });

  test("of what is not there says so", async () => {
    const { client } = registry;
    const repository = newRepository();
    expect(await client.deleteManifest(repository, absent)).toBe("absent");
    const sample = sampleImage("twice");
    await pushSample(client, repository, v1, sample);
    expect(await client.deleteManifest(repository, absent)).toBe("absent");
    expect(await client.deleteManifest(repository, sample.descriptor.digest)).toBe("deleted");
    expect(await client.deleteManifest(repository, sample.descriptor.digest)).toBe("absent");
    expect(await client.listTags(repository)).toEqual([]);
  });

  test("in one repository leaves the same digest in another", async () => {
    const { client } = registry;
    const [here, there] = [newRepository(), newRepository()];
    const sample = sampleImage("in both");
    for (const repository of [here, there]) await pushSample(client, repository, v1, sample);
    await client.deleteManifest(here, sample.descriptor.digest);
    expect(await client.findManifest(here, v1)).toBeNull();
    expect((await client.getManifest(there, v1)).descriptor).toEqual(sample.descriptor);
  });

  test("of an image leaves an index that names it, and of an index its images", async () => {
    const { client } = registry;
    const repository = newRepository();
    const images = [sampleImage("first"), sampleImage("second")] as const;
    const index = buildIndex(
      "oci",
      images.map((image) => ({ platform, image })),
    );
    await pushSample(client, repository, v1, index);
    expect(await client.deleteManifest(repository, images[0].descriptor.digest)).toBe("deleted");
    expect(await client.findManifest(repository, v1)).toEqual(index.descriptor);
    expect(await client.deleteManifest(repository, index.descriptor.digest)).toBe("deleted");
    expect(await client.findManifest(repository, images[1].descriptor.digest)).toEqual(images[1].descriptor);
  });

  test("of a tag alone leaves its image and the other tags, or is refused", async () => {
    const { client } = registry;
    const repository = newRepository();
    const sample = sampleImage("two tags");
    for (const tag of [v1, v2]) await pushSample(client, repository, tag, sample);
    const answer = await client.deleteManifest(repository, v1).catch((error: unknown) => error);
    if (answer === "deleted") {
      expect(await client.listTags(repository)).toEqual(["v2"]);
      expect(await client.deleteManifest(repository, v1)).toBe("absent");
    } else {
      expect(answer).toMatchObject({
        code: "deletion-unsupported",
        facts: { operation: "delete-manifest", repository, reference: "v1", retryable: false },
      });
      expect(await sorted(client, repository)).toEqual(["v1", "v2"]);
    }
    expect(await client.findManifest(repository, v2)).toEqual(sample.descriptor);
  });
});

const plain = candidates.filter(({ access }) => access === "plain");

test.each(plain)("$program with deletion off refuses it, and all stays", async ({ start }) => {
  const registry = await start({ deletion: false });
  try {
    const { client } = registry;
    const repository = newRepository();
    const sample = sampleImage("stays");
    await pushSample(client, repository, v1, sample);
    for (const reference of [sample.descriptor.digest, absent, v1, v2]) {
      await expect(client.deleteManifest(repository, reference)).rejects.toMatchObject({
        code: "deletion-unsupported",
        facts: { status: 405, ociCodes: ["UNSUPPORTED"], retryable: false },
      });
    }
    expect(await client.findManifest(repository, v1)).toEqual(sample.descriptor);
  } finally {
    await registry.stop();
  }
});

const withTokens = candidates.filter(({ access }) => access === "bearer");

test.each(withTokens)("$program wants the right to delete, besides that to push", async ({ start }) => {
  const registry = await start({
    permits: (repository, action) => action !== "delete" || repository.endsWith("/mine"),
  });
  try {
    const { client } = registry;
    const [mine, theirs] = ["contract/mine", "contract/theirs"].map(parseRepository);
    if (!mine || !theirs) throw new Error("no repositories");
    const sample = sampleImage("rights");
    for (const repository of [mine, theirs]) await pushSample(client, repository, v1, sample);
    expect(await client.deleteManifest(mine, sample.descriptor.digest)).toBe("deleted");
    await expect(client.deleteManifest(theirs, sample.descriptor.digest)).rejects.toMatchObject({
      code: "unauthorized",
      facts: { status: 401, credentialsSent: true, retryable: false },
    });
    expect(await client.findManifest(theirs, v1)).toEqual(sample.descriptor);
    // Who cannot delete can still read.
    const reader = registry.connect(account);
    expect(await reader.findManifest(theirs, v1)).toEqual(sample.descriptor);
  } finally {
    await registry.stop();
  }
});
