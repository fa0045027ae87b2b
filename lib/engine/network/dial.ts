import type { Socket } from "node:net";
import type buildConnector from "undici/lib/core/connect.js";

/** What undici calls for a connection. */
export type Connector = ReturnType<typeof buildConnector>;
export type Target = Parameters<Connector>[0];

/** Opens one connection by a connector. */
export async function dial(connector: Connector, target: Target): Promise<Socket> {
  return new Promise((resolve, reject) => {
    connector(target, (error, socket) => {
      if (socket) resolve(socket);
      else reject(asError(error));
    });
  });
}

/** Where a URL leads, as a connector wants it. */
export function targetOf(url: URL, protocol = url.protocol): Target {
  return { host: url.host, hostname: bareHost(url.hostname), protocol, port: effectivePort(url) };
}

/** Without the brackets of an IPv6 address. */
export const bareHost = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, "$1");

export const effectivePort = (url: URL): string => url.port || (url.protocol === "https:" ? "443" : "80");

export const asError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error("no connection", { cause: thrown });
