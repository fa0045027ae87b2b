import type { ServerResponse } from "node:http";
import { afterEach, expect, test } from "vitest";
import { createLoopbackServers } from "#lib/testing/loopback-servers.ts";
import { parseRegistryHost, parseRepository } from "./reference.ts";
import { createRegistryClient } from "./registry-client.ts";

const repository = parseRepository("a/b");
const servers = createLoopbackServers();

afterEach(() => servers.close());

/** Lists the tags of a registry that answers by `answer`, which is told how often it was asked before. */
async function list(answer: (asked: number, response: ServerResponse) => void) {
  let asked = 0;
  const { host } = new URL(await servers.serve((_request, response) => answer(asked++, response)));
  const client = createRegistryClient({ registry: parseRegistryHost(host), plainHttp: true });
  try {
    return { tags: await client.listTags(repository), asked };
  } catch (error) {
    return { error, asked, host };
  } finally {
    await client.close();
  }
}

function page(response: ServerResponse, tags: readonly string[], next: string | null): void {
  const link = next === null ? {} : { link: `</v2/a/b/tags/list?${next}>; rel="next"` };
  response.writeHead(200, { ...link, "content-type": "application/json" }).end(JSON.stringify({ tags }));
}

function makeTags(count: number, length: number): string[] {
  return Array.from({ length: count }, (_, index) => String(index).padStart(length, "0"));
}

test.each([
  ["of ever more pages", 1_000, (asked) => ["v1", `last=${asked}`]],
  ["whose page leads to itself", 2, () => ["v1", "last=v1"]],
  ["whose pages lead in a circle", 4, (asked) => ["v1", `last=${asked % 3}`]],
  ["whose first page leads to itself", 1, () => ["v1", "n=1000"]],
] satisfies [string, number, (asked: number) => [string, string]][])(
  "a list %s is no list",
  async (_kind, asked, answer) => {
    const found = await list((before, response) => {
      const [tag, next] = answer(before);
      page(response, [tag], next);
    });
    expect(found).toMatchObject({
      asked,
      error: {
        code: "tag-list-incomplete",
        facts: { operation: "list-tags", registry: found.host, repository, retryable: false },
      },
    });
  },
);

test("a list of more tags than fit into memory is left", async () => {
  const tags = makeTags(100_000, 6);
  const found = await list((asked, response) => page(response, tags, `last=${asked}`));
  expect(found).toMatchObject({
    asked: 3,
    error: { code: "tag-list-incomplete", facts: { repository, limit: 250_000 } },
  });
});

test("a list of names that are too long to be tags is left", async () => {
  const tags = makeTags(1, 4_000_000);
  const found = await list((asked, response) => page(response, tags, `last=${asked}`));
  expect(found).toMatchObject({ asked: 9, error: { code: "tag-list-incomplete", facts: { repository } } });
});

test("a page that is too large is no whole list", async () => {
  const found = await list((_asked, response) => page(response, makeTags(1, 4_200_000), null));
  expect(found).toMatchObject({ asked: 1, error: { code: "tag-list-incomplete", facts: { repository } } });
});

test("a list that breaks off is no whole list", async () => {
  const found = await list((asked, response) => {
    if (asked === 0) page(response, ["v1"], "last=v1");
    else response.writeHead(404).end();
  });
  expect(found).toMatchObject({ asked: 2, error: { code: "tag-list-incomplete", facts: { repository } } });
});

test("a registry that answers all tags in one page is heard", async () => {
  const tags = makeTags(200_000, 6);
  const found = await list((_asked, response) => page(response, tags, null));
  expect(found).toMatchObject({ asked: 1, tags: { length: tags.length } });
  expect(found.tags?.at(-1)).toBe(tags.at(-1));
});
