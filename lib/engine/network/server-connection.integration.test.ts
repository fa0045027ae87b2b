import { afterAll, expect, test } from "vitest";
import { createLoopbackServers } from "#lib/testing/loopback-servers.ts";
import { connectToServer } from "./server-connection.ts";

const servers = createLoopbackServers();
afterAll(() => servers.close());

test.each([
  ["nobody listens", "smtp://127.0.0.1:9", "connection-refused"],
  ["the cloud's metadata is", "smtp://169.254.169.254:25", "address-refused"],
  ["a name is unknown", "smtp://no-such-host.invalid:25", "host-not-found"],
])("there is no connection where %s", async (_what, origin, code) => {
  await expect(connectToServer({ origin, connectTimeoutMs: 3_000 })).rejects.toThrow(
    expect.objectContaining({ code }) as Error,
  );
});

test("a plain connection comes with the terms on which TLS may begin on it", async () => {
  const origin = `smtp://${await servers.serveRaw((socket) => socket.end("220 hello\r\n"))}`;
  const { socket, trust } = await connectToServer({ origin, connectTimeoutMs: 3_000 });
  expect(trust.rejectUnauthorized).toBe(true);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  expect(Buffer.concat(chunks).toString()).toBe("220 hello\r\n");
});
