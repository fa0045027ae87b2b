import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { fileLengthHeader, keepFileLength } from "./file-length.ts";

test("a response says its length by the name that Next leaves alone, and nothing else of it", async () => {
  const server = createServer((request, response) => {
    keepFileLength(response);
    response.setHeader(fileLengthHeader, ["5"]);
    response.setHeader("ETag", '"1"');
    if (request.method === "HEAD") response.end();
    else response.write("he", () => response.end("llo"));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  try {
    for (const method of ["GET", "HEAD"]) {
      const { headers } = await fetch(url, { method });
      expect([headers.get("content-length"), headers.get("etag"), headers.get(fileLengthHeader)]).toEqual([
        "5",
        '"1"',
        null,
      ]);
    }
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
