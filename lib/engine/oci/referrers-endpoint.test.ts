import { afterEach, beforeEach, expect, test } from "vitest";
import { createLoopbackServers } from "#lib/testing/loopback-servers.ts";
import { startMemoryRegistry, type MemoryRegistry } from "#lib/testing/memory-registry/memory-registry.ts";
import { digestBytes } from "./digest.ts";
import { ociImageIndex } from "./media-types.ts";
import { parseRegistryHost, parseRepository } from "./reference.ts";
import { referrersTag } from "./referrers-endpoint.ts";
import { createRegistryClient, type RegistryClient } from "./registry-client.ts";

const repository = parseRepository("a/b");
const subject = digestBytes("image");
const servers = createLoopbackServers();
const clients: RegistryClient[] = [];
let registry: MemoryRegistry;

beforeEach(async () => {
  registry = await startMemoryRegistry({ referrersApi: false });
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await Promise.all([registry.stop(), servers.close()]);
});

function connect(host: string): RegistryClient {
  const client = createRegistryClient({ registry: parseRegistryHost(host), plainHttp: true });
  clients.push(client);
  return client;
}

test("a list under a tag that is none says where it stands", async () => {
  const tag = referrersTag(subject);
  await registry.putManifest(repository, Buffer.from('{"manifests":"none"}'), ociImageIndex, { tag });
  await expect(connect(registry.host).listReferrers(repository, subject)).rejects.toMatchObject({
    code: "manifest-invalid",
    facts: { registry: registry.host, repository, reference: tag },
  });
});

test("a list of the registry's own that is too long is no list, instead of another", async () => {
  const origin = await servers.serve((_request, response) => {
    const list = { schemaVersion: 2, mediaType: ociImageIndex, manifests: [], annotations: { x: "" } };
    list.annotations.x = "x".repeat(4 * 1024 * 1024);
    response.writeHead(200, { "content-type": ociImageIndex }).end(JSON.stringify(list));
  });
  const { host } = new URL(origin);
  await expect(connect(host).listReferrers(repository, subject)).rejects.toMatchObject({
    code: "manifest-too-large",
    facts: {
      operation: "list-referrers",
      registry: host,
      repository,
      digest: subject,
      limit: 4 * 1024 * 1024,
    },
  });
});

test("a list of the registry's own that breaks off is no list", async () => {
  const origin = await servers.serve((request, response) => {
    if (request.url?.includes("last=")) {
      response.writeHead(404).end();
      return;
    }
    const link = `</v2/a/b/referrers/${subject}?last=x>; rel="next"`;
    response
      .writeHead(200, { "content-type": ociImageIndex, link })
      .end(JSON.stringify({ schemaVersion: 2, mediaType: ociImageIndex, manifests: [] }));
  });
  const { host } = new URL(origin);
  await expect(connect(host).listReferrers(repository, subject)).rejects.toMatchObject({
    code: "registry-refused",
    facts: { operation: "list-referrers", registry: host, repository, digest: subject },
  });
});
