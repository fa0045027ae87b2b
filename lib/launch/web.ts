import { readFileSync } from "node:fs";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import next from "next";
import { keepFileLength } from "#lib/file-length.ts";
import { correctForwardedHeaders } from "./forwarded-headers.ts";
import { describeListenError } from "./listening.ts";

// The panel's web server. Its environment was checked by the launcher, and `lib/env.ts` is not for this process: outside
// of Next's own bundles it would need a condition under which React does not render.
const { NODE_ENV, HOST = "127.0.0.1", PORT = "3000", TLS_CERT_FILE, TLS_KEY_FILE, TRUST_PROXY } = process.env;
const dev = NODE_ENV === "development";

const headersTimeoutMs = 30_000;
/** Long enough to upload a bundle over a slow line; event streams are responses, which this does not end. */
const requestTimeoutMs = 6 * 60 * 60 * 1000;
/**
 * Longer than clients and reverse proxies keep an idle connection (nginx: 60 s): whoever ends it first must not be the
 * server, or a request that is just sent over it is lost.
 */
const keepAliveTimeoutMs = 75_000;
const stopGraceMs = 5_000;

// Until it listens there is nothing to end in order. A launcher that is gone by then is not heard of later.
let end: () => void = () => process.exit(0);
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => {
    end();
  });
}
// Started by a launcher that is gone: nobody else would end this process.
process.once("disconnect", () => {
  end();
});

const app = next({ dev, hostname: HOST, port: Number(PORT) });
await app.prepare();
const handle = app.getRequestHandler();
const listener: RequestListener = (request, response) => {
  correctForwardedHeaders(request, TRUST_PROXY === "true");
  keepFileLength(response);
  void handle(request, response);
};

const server =
  TLS_CERT_FILE && TLS_KEY_FILE
    ? createHttpsServer({ cert: readFileSync(TLS_CERT_FILE), key: readFileSync(TLS_KEY_FILE) }, listener)
    : createHttpServer(listener);
server.headersTimeout = headersTimeoutMs;
server.requestTimeout = requestTimeoutMs;
server.keepAliveTimeout = keepAliveTimeoutMs;
if (dev) {
  const upgrade = app.getUpgradeHandler();
  server.on("upgrade", (request, socket, head) => void upgrade(request, socket, head));
}

server.once("error", (error: NodeJS.ErrnoException) => {
  console.error(describeListenError(error, HOST, PORT));
  process.exit(1);
});
server.listen(Number(PORT), HOST, () => process.send?.({ type: "web-ready" }));

function stop(): void {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
  // Event streams never end by themselves.
  setTimeout(() => {
    server.closeAllConnections();
  }, stopGraceMs).unref();
}
end = stop;
