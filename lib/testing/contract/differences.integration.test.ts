import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildImage, buildIndex, buildLayer } from "#lib/demo/sample-image.ts";
import { digestBytes } from "#lib/engine/oci/digest.ts";
import { dockerImageManifest, ociImageConfig } from "#lib/engine/oci/media-types.ts";
import { parseRepository, parseTag } from "#lib/engine/oci/reference.ts";
import type { UploadSession } from "#lib/engine/oci/upload-endpoint.ts";
import { pushSample } from "../push-sample.ts";
import { candidates, type ContractCandidate, type ContractRegistry } from "./contract-registries.ts";

/** What registries differ in: how the question is put, and what each answers. */
interface Difference {
  readonly name: string;
  readonly ask: (registry: ContractRegistry) => Promise<unknown>;
  readonly real: unknown;
  readonly inProcess: unknown;
  /** Of the in-process registry that is told to be like 2.8; as the real one unless it cannot be told so. */
  readonly likeReal?: unknown;
}

const repository = parseRepository("differences/of");
const v1 = parseTag("v1");
const bytes = Buffer.from("some thirty bytes of a blob, or so");
const blob = {
  mediaType: "application/octet-stream",
  digest: digestBytes(bytes),
  sizeBytes: bytes.byteLength,
};
const platforms = ["amd64", "arm64"].map((architecture) => ({ os: "linux", architecture }));
const images = platforms.map((platform) => {
  const layers = [buildLayer([{ path: "a", content: { seed: platform.architecture, sizeBytes: 1_000 } }])];
  return { platform, image: buildImage({ format: "docker", platform, layers }) };
});
const [amd64] = images.map(({ image }) => image);
const foreign = {
  schemaVersion: 2,
  mediaType: dockerImageManifest,
  config: { mediaType: ociImageConfig, digest: digestBytes("{}"), size: 2 },
  layers: [
    {
      mediaType: "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
      digest: digestBytes("elsewhere"),
      size: 9,
      urls: ["https://vendor.example.com/layer"],
    },
  ],
};

async function begin({ client }: ContractRegistry): Promise<UploadSession> {
  const started = await client.startUpload(repository, blob);
  if (started === null) throw new Error("mounted unasked");
  return started;
}

/** Sends the first ten bytes of a body that is announced whole, and goes. */
function breakOff({ location }: UploadSession): Promise<void> {
  return new Promise((resolve) => {
    const target = new URL(location);
    target.searchParams.set("digest", blob.digest);
    const headers = { "content-type": "application/octet-stream", "content-length": bytes.byteLength };
    const sent = request(target, { method: "PUT", headers, agent: false });
    sent.once("error", () => undefined).once("close", resolve);
    sent.write(bytes.subarray(0, 10), () => setTimeout(() => sent.destroy(), 100));
  });
}

const statusOf = async (answer: ReturnType<ContractRegistry["ask"]>) => (await answer).status;
const put = (registry: ContractRegistry, tag: string, body: string | Uint8Array, mediaType: string) =>
  registry.ask(`/v2/${repository}/manifests/${tag}`, {
    method: "PUT",
    headers: { "content-type": mediaType },
    body,
  });

const differences: readonly Difference[] = [
  {
    name: "the list of referrers",
    ask: (registry) => statusOf(registry.ask(`/v2/${repository}/referrers/${blob.digest}`)),
    real: 404,
    inProcess: 200,
  },
  {
    name: "an index without all of its images",
    ask: async (registry) => {
      if (amd64) await pushSample(registry.client, repository, v1, amd64);
      const index = buildIndex("docker", images);
      return statusOf(put(registry, "sparse", index.raw, index.descriptor.mediaType));
    },
    real: 400,
    inProcess: 201,
  },
  {
    name: "an image with a layer that is kept elsewhere",
    ask: async (registry) => {
      const config = Buffer.from("{}");
      const described = { ...blob, digest: digestBytes(config), sizeBytes: 2 };
      const started = await registry.client.startUpload(repository, described);
      if (started) await registry.client.finishUpload(started, described, toIterable(config));
      return statusOf(put(registry, "foreign", JSON.stringify(foreign), dockerImageManifest));
    },
    real: 500,
    inProcess: 201,
    // It says properly what the real one trips over.
    likeReal: 400,
  },
  {
    name: "a blob in a single POST",
    ask: (registry) =>
      statusOf(
        registry.ask(`/v2/${repository}/blobs/uploads/?digest=${blob.digest}`, {
          method: "POST",
          body: bytes,
        }),
      ),
    real: 202,
    inProcess: 201,
  },
  {
    name: "a page of tags",
    ask: async (registry) => {
      if (amd64)
        for (const tag of ["b", "a"]) await pushSample(registry.client, repository, parseTag(tag), amd64);
      const { headers, body } = await registry.ask(`/v2/${repository}/tags/list?n=1`);
      const { tags } = JSON.parse(body.toString()) as { tags: string[] };
      return { isPage: tags.length === 1, hasNext: headers.link !== undefined };
    },
    real: { isPage: false, hasNext: false },
    inProcess: { isPage: true, hasNext: true },
    likeReal: { isPage: true, hasNext: true },
  },
  {
    name: "a chunk that does not follow on what is there",
    ask: async (registry) => {
      const started = await begin(registry);
      const sent = registry.client.sendChunk(started, bytes.subarray(5), { offset: 5 });
      return sent.then(
        () => "taken, and found out by the digest at the end",
        () => "refused",
      );
    },
    real: "taken, and found out by the digest at the end",
    inProcess: "refused",
    likeReal: "refused",
  },
  {
    name: "an upload that was cut in the middle of a request",
    ask: async (registry) => {
      const started = await begin(registry);
      await breakOff(started);
      const found = await registry.client.findUpload(started);
      return found?.offset === 10 ? "goes on" : "begins anew";
    },
    // It has lost it, or some of it that was still on its way to the disk.
    real: "begins anew",
    inProcess: "goes on",
    likeReal: "goes on",
  },
  {
    name: "the deletion of a tag alone",
    ask: (registry) => statusOf(registry.ask(`/v2/${repository}/manifests/v1`, { method: "DELETE" })),
    real: 400,
    inProcess: 202,
    likeReal: 405,
  },
  {
    name: "the tags of a repository from which all was deleted",
    ask: async (registry) => {
      const emptied = parseRepository("differences/emptied");
      if (amd64) await pushSample(registry.client, emptied, v1, amd64);
      if (amd64) await registry.client.deleteManifest(emptied, amd64.descriptor.digest);
      return statusOf(registry.ask(`/v2/${emptied}/tags/list`));
    },
    // It keeps the folder.
    real: 200,
    inProcess: 404,
    likeReal: 404,
  },
];

const plain = candidates.filter(({ access }) => access === "plain");
const expected = ({ program }: ContractCandidate, difference: Difference) => {
  const { real, inProcess, likeReal = real } = difference;
  return { "distribution 2.8": real, "in-process": inProcess, "in-process, like distribution 2.8": likeReal }[
    program
  ];
};

describe.each(plain)("$program answers", (candidate) => {
  let registry: ContractRegistry;
  beforeAll(async () => {
    registry = await candidate.start();
  });
  afterAll(() => registry.stop());

  test.each(differences)("$name", async (difference) => {
    expect(await difference.ask(registry)).toEqual(expected(candidate, difference));
  });
});

async function* toIterable(content: Uint8Array) {
  await Promise.resolve();
  yield content;
}
