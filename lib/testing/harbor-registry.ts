import { request as send, type IncomingMessage, type ServerResponse } from "node:http";
import { type HarborServer, type HarborServerOptions, startHarborServer } from "./harbor-server.ts";
import { createLoopbackServers } from "./loopback-servers.ts";
import { type MemoryRegistry, startMemoryRegistry } from "./memory-registry/memory-registry.ts";

/** A Harbor with its registry: one origin for both, and no repository without its project. */
export interface HarborRegistry {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  readonly api: HarborServer;
  readonly registry: MemoryRegistry;
  /** Requests for repositories whose project is missing. */
  readonly refused: readonly string[];
  stop(): Promise<void>;
}

export async function startHarborRegistry(options: HarborServerOptions): Promise<HarborRegistry> {
  const [api, registry] = await Promise.all([startHarborServer(options), startMemoryRegistry()]);
  const servers = createLoopbackServers();
  const refused: string[] = [];
  const origin = await servers.serve((request, response) => {
    const { method = "", url = "" } = request;
    if (url.startsWith("/api/")) return forward(api.host, request, response);
    const project = /^\/v2\/([^/]+)\/.+/.exec(url)?.[1];
    if (project === undefined || api.projects.has(project)) return forward(registry.host, request, response);
    refused.push(`${method} ${url}`);
    request.resume();
    // src/server/middleware/v2auth/auth.go: with a challenge that asks for nothing, to administrators, too.
    const message = `project ${project} not found`;
    const body = JSON.stringify({ errors: [{ code: "UNAUTHORIZED", message }] });
    response.writeHead(401, { "content-type": "application/json", "www-authenticate": "" }).end(body);
  });
  return {
    host: new URL(origin).host,
    api,
    registry,
    refused,
    async stop() {
      await servers.close();
      await Promise.all([api.close(), registry.stop()]);
    },
  };
}

function forward(host: string, request: IncomingMessage, response: ServerResponse): void {
  const { method, url, headers } = request;
  // The host stays the one that was asked, so that what leads on leads back here.
  const onward = send(`http://${host}${url ?? "/"}`, { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on("error", () => response.destroy());
  request.pipe(onward);
}
