import { afterEach, expect, test } from "vitest";
import { createLoopbackServers } from "#lib/testing/loopback-servers.ts";
import { digestBytes } from "./digest.ts";
import { parseRegistryHost, parseRepository, parseTag } from "./reference.ts";
import { createRegistryClient, type RegistryClient } from "./registry-client.ts";

const repository = parseRepository("a/b");
const digest = digestBytes("image");
const servers = createLoopbackServers();
const clients: RegistryClient[] = [];

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await servers.close();
});

/** A registry that has one answer to all. */
async function answering(status: number, ...codes: string[]): Promise<RegistryClient> {
  const origin = await servers.serve((_request, response) => {
    const body = codes.length === 0 ? "<html>" : JSON.stringify({ errors: codes.map((code) => ({ code })) });
    response.writeHead(status, { "content-type": "application/json" }).end(body);
  });
  const registry = parseRegistryHost(new URL(origin).host);
  const client = createRegistryClient({ registry, plainHttp: true });
  clients.push(client);
  return client;
}

test.each([200, 202, 204])("an answer of %i is a deletion", async (status) => {
  const client = await answering(status);
  expect(await client.deleteManifest(repository, digest)).toBe("deleted");
});

test("what the registry does not know is absent", async () => {
  const client = await answering(404, "NAME_UNKNOWN");
  expect(await client.deleteManifest(repository, digest)).toBe("absent");
});

test.each([
  [405, ["UNSUPPORTED"]],
  [405, []],
  [400, ["UNSUPPORTED"]],
  [400, []],
  // By `distribution` 2.8, to a tag.
  [400, ["DIGEST_INVALID"]],
  [400, ["TAG_INVALID"]],
  [403, ["UNSUPPORTED"]],
  [501, []],
])("%i with %j says that deletion is not offered", async (status, codes) => {
  const client = await answering(status, ...codes);
  await expect(client.deleteManifest(repository, parseTag("v1"))).rejects.toMatchObject({
    code: "deletion-unsupported",
    facts: { operation: "delete-manifest", repository, reference: "v1", status, retryable: false },
  });
});

test.each([
  [401, ["UNAUTHORIZED"], "unauthorized", false],
  [403, ["DENIED"], "forbidden", false],
  // Harbor, of a tag that is immutable; a registry that wants the tags deleted first.
  [412, ["PRECONDITION"], "registry-refused", false],
  [400, ["GOOGLE_MANIFEST_DANGLING_TAG"], "registry-refused", false],
  [429, ["TOOMANYREQUESTS"], "rate-limited", true],
  [500, ["UNKNOWN"], "registry-failed", true],
])("%i with %j is a failure like any other", async (status, codes, code, retryable) => {
  const client = await answering(status, ...codes);
  await expect(client.deleteManifest(repository, digest)).rejects.toMatchObject({
    code,
    facts: { status, retryable },
  });
});
