import { connect, createServer, type Socket } from "node:net";
import { Transform } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

export interface ThrottleOptions {
  /** `host:port` behind the slow line. */
  host: string;
  /** What all connections together let through towards the client. */
  bytesPerSecond: number;
}

export interface Throttle {
  /** `127.0.0.1:PORT` */
  host: string;
  stop(): Promise<void>;
}

/** A slow line in front of a server: a TCP relay whose answers trickle, so that a copy can be caught in the middle. */
export async function startThrottle({ host, bytesPerSecond }: ThrottleOptions): Promise<Throttle> {
  const server = createServer();
  const sockets = new Set<Socket>();
  // When the line is free again, shared by all connections.
  let freeAt = 0;
  const takeTurn = async (sizeBytes: number) => {
    const now = Date.now();
    freeAt = Math.max(freeAt, now) + (sizeBytes / bytesPerSecond) * 1000;
    await sleep(freeAt - now);
  };
  const { hostname, port } = new URL(`http://${host}`);
  server.on("connection", (client) => {
    const upstream = connect(Number(port), hostname);
    const trickle = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        void takeTurn(chunk.length).then(() => {
          done(null, chunk);
        });
      },
    });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.once("close", (hadError) => {
        sockets.delete(socket);
        // An orderly end of the server's side still has bytes on the slow line, which the pipe brings home.
        if (hadError || socket === client) other.destroy();
      });
      socket.on("error", () => socket.destroy());
    }
    client.pipe(upstream);
    upstream.pipe(trickle).pipe(client);
  });
  await new Promise<void>((listening, failed) => {
    server.once("error", failed);
    server.listen(0, "127.0.0.1", listening);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the throttle has no port");
  return {
    host: `127.0.0.1:${address.port}`,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}
