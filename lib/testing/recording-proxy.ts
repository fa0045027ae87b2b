import { createServer, request as askByHttps } from "node:https";

export interface RecordingProxy {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** `METHOD url` of each request since the last time it was asked for, in their order. */
  takeRequests(): readonly string[];
  stop(): Promise<void>;
}

export interface RecordingProxyOptions {
  /** PEM texts of the server's own certificate and key. */
  readonly tls: { readonly cert: string; readonly key: string };
  /** `host:port` behind it, which speaks TLS. */
  readonly upstream: string;
}

/** A server with TLS in front of a registry, which writes down what is asked, with the query and as it came. */
export async function startRecordingProxy({ tls, upstream }: RecordingProxyOptions): Promise<RecordingProxy> {
  const requests: string[] = [];
  const { hostname, port } = new URL(`https://${upstream}`);
  const server = createServer(tls, (incoming, outgoing) => {
    const { method = "", url = "", headers } = incoming;
    requests.push(`${method} https://${headers.host ?? ""}${url}`);
    const options = { hostname, port, method, path: url, headers, rejectUnauthorized: false, agent: false };
    const passed = askByHttps(options, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.once("error", () => outgoing.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((listening, failed) => {
    server.once("error", failed);
    server.listen(0, "127.0.0.1", listening);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return {
    host: `127.0.0.1:${address.port}`,
    takeRequests: () => requests.splice(0),
    async stop() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
