import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from "node:net";

/** Small servers of a test, on free ports of 127.0.0.1. */
export interface LoopbackServers {
  /** @returns `127.0.0.1:PORT` */
  listen(this: void, server: Server): Promise<string>;
  /** @returns `http://127.0.0.1:PORT` */
  serve(this: void, listener: RequestListener): Promise<string>;
  /** @returns `https://127.0.0.1:PORT` */
  serveTls(options: ServerOptions, listener?: RequestListener): Promise<string>;
  /** Whatever the listener writes is the answer. @returns `127.0.0.1:PORT` */
  serveRaw(listener: (socket: Socket) => void): Promise<string>;
  /** Ends them all, and what is connected to them. */
  close(): Promise<void>;
}

export function createLoopbackServers(): LoopbackServers {
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  const listen = async (server: Server) => {
    servers.push(server);
    server.on("connection", (socket: Socket) => {
      sockets.add(socket);
      // Clients of tests end as they like.
      socket.on("error", () => undefined).once("close", () => sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  return {
    listen,
    serve: async (listener) => `http://${await listen(createServer(listener))}`,
    serveTls: async (options, listener = (_request, response) => response.end("ok")) =>
      `https://${await listen(createTlsServer(options, listener))}`,
    serveRaw: (listener) => listen(createTcpServer(listener)),
    async close() {
      for (const socket of sockets) socket.destroy();
      await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}
