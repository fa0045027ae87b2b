import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { getJson, RequestError } from "./get-json.ts";

/** Takes requests, and answers none, but as a proxy in between may. */
const silent = createServer((request, response) => {
  if (request.url === "/proxy") response.writeHead(502).end('{"message":"no upstream"}');
});
let url: string;

beforeAll(async () => {
  await new Promise<void>((listening) => silent.listen(0, "127.0.0.1", listening));
  url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
});
afterAll(() => {
  silent.closeAllConnections();
  silent.close();
});

it("tells a server that does not answer in time like one that cannot be reached", async () => {
  const error: unknown = await getJson(url, AbortSignal.timeout(50)).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(RequestError);
  expect(error).toMatchObject({ error: { code: "unreachable" }, status: 0 });
});

it("does not call it an error when the one who asked does not want to know any more", async () => {
  const asking = new AbortController();
  const answer = getJson(url, asking.signal);
  asking.abort();
  await expect(answer).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
});

it("takes another's error for no answer of the panel", async () => {
  const answer = getJson(`${url}proxy`, AbortSignal.timeout(5_000));
  await expect(answer).rejects.toMatchObject({ error: { code: "unreachable" }, status: 502 });
});
