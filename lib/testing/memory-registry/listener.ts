import { createServer as createHttpServer, type IncomingMessage, type RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { Socket } from "node:net";

export interface ListenerTls {
  /** PEM texts. */
  readonly cert: string;
  readonly key: string;
  /** Whoever shows no certificate of this authority is not let in. */
  readonly clientCa?: string;
}

export interface Listener {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** `http(s)://127.0.0.1:PORT` */
  readonly origin: string;
  /** Cuts the connection of a request by a TCP reset. */
  reset(request: IncomingMessage): void;
  close(): Promise<void>;
}

/** Longer than clients keep idle connections: a close on our side at the wrong moment would be a fault nobody asked for. */
const keepAliveMs = 120_000;

/** Listens on loopback. @param port 0 for a free one */
export async function listen(
  handle: RequestListener,
  { port = 0, tls }: { readonly port?: number; readonly tls?: ListenerTls | undefined },
): Promise<Listener> {
  // Uploads take as long as they take.
  const options = { keepAliveTimeout: keepAliveMs, requestTimeout: 0 };
  const server = tls
    ? createHttpsServer(
        {
          ...options,
          cert: tls.cert,
          key: tls.key,
          ...(tls.clientCa ? { ca: tls.clientCa, requestCert: true, rejectUnauthorized: true } : {}),
        },
        handle,
      )
    : createHttpServer(options, handle);
  // Beneath TLS, too: only a TCP socket can be reset.
  const sockets = new Map<number, Socket>();
  server.on("connection", (socket: Socket) => {
    const { remotePort = 0 } = socket;
    sockets.set(remotePort, socket);
    socket.once("close", () => sockets.delete(remotePort));
  });
  await new Promise<void>((listening, failed) => {
    server.once("error", failed);
    server.listen(port, "127.0.0.1", listening);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the registry has no port");
  const host = `127.0.0.1:${address.port}`;
  return {
    host,
    origin: `${tls ? "https" : "http"}://${host}`,
    reset(request) {
      const socket = sockets.get(request.socket.remotePort ?? 0);
      socket?.resetAndDestroy();
      request.socket.destroy();
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      for (const socket of sockets.values()) socket.destroy();
      await closed;
    },
  };
}
