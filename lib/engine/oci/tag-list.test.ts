import { afterEach, expect, test } from "vitest";
import { createLoopbackServers } from "#lib/testing/loopback-servers.ts";
import { parseRegistryHost, parseRepository } from "./reference.ts";
import { createRegistryClient } from "./registry-client.ts";

const repository = parseRepository("a/b");
const servers = createLoopbackServers();

afterEach(() => servers.close());

test("a list without end is no list", async () => {
  let asked = 0;
  const origin = await servers.serve((_request, response) => {
    const link = `</v2/a/b/tags/list?last=${asked++}>; rel="next"`;
    response.writeHead(200, { link, "content-type": "application/json" }).end('{"tags":["v1"]}');
  });
  const { host } = new URL(origin);
  const client = createRegistryClient({ registry: parseRegistryHost(host), plainHttp: true });
  try {
    await expect(client.listTags(repository)).rejects.toMatchObject({
      code: "tag-list-incomplete",
      facts: { operation: "list-tags", registry: host, repository, limit: 1_000, retryable: false },
    });
    expect(asked).toBe(1_000);
  } finally {
    await client.close();
  }
});
