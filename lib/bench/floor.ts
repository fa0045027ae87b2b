/**
 * The floor: how fast the target takes the same blobs when nothing else is to be done. Reads all of them into memory,
 * then pushes each once over 8 connections, unhashed; prints the seconds that the pushing took.
 *
 * Usage: node lib/bench/floor.ts SOURCE_ROOT TARGET_URL
 */
import { readFile } from "node:fs/promises";
import { globSync } from "node:fs";
import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { basename, dirname, join } from "node:path";

const connections = 8;
const [sourceRoot = "", targetUrl = ""] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: connections });

interface Blob {
  readonly digest: string;
  readonly bytes: Buffer;
}

/** Blobs as `distribution` keeps them on disk. */
async function loadBlobs(): Promise<Blob[]> {
  const paths = globSync(join(sourceRoot, "docker/registry/v2/blobs/sha256/*/*/data"));
  return Promise.all(
    paths.map(async (path) => ({ digest: `sha256:${basename(dirname(path))}`, bytes: await readFile(path) })),
  );
}

function send(method: "POST" | "PUT", url: URL, body: Buffer, expected: number): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { "content-length": body.byteLength, "content-type": "application/octet-stream" };
    const request = httpRequest(url, { method, agent, headers }, (response) => {
      response.resume().once("end", () => {
        if (response.statusCode === expected) resolve(response);
        else reject(new Error(`${method} ${url.href}: ${response.statusCode}`));
      });
    });
    request.once("error", reject).end(body);
  });
}

async function push({ digest, bytes }: Blob): Promise<void> {
  const started = await send("POST", new URL("/v2/floor/blobs/uploads/", targetUrl), Buffer.alloc(0), 202);
  const location = new URL(started.headers.location ?? "", targetUrl);
  location.searchParams.set("digest", digest);
  await send("PUT", location, bytes, 201);
}

const blobs = (await loadBlobs()).sort((a, b) => b.bytes.byteLength - a.bytes.byteLength);
const startedAt = performance.now();
const queue = blobs.values();
await Promise.all(
  Array.from({ length: connections }, async () => {
    for (const blob of queue) await push(blob);
  }),
);
process.stdout.write(`${(performance.now() - startedAt) / 1000}\n`);
agent.destroy();
