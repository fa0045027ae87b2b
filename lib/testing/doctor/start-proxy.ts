import { createServer as createHttpServer, request as send } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { connect, type Socket } from "node:net";
import type { TestCertificate } from "#lib/testing/issue-certificate.ts";
import type { LoopbackServers } from "#lib/testing/loopback-servers.ts";

export interface ProxyBehaviour {
  /** `user:password` that it wants. */
  readonly credentials?: string;
  /** By which it refuses all. */
  readonly refuse?: number;
  /** It is spoken to by TLS. */
  readonly certificate?: TestCertificate;
  /** Where names lead, as the proxy's own DNS has it. */
  readonly names?: Readonly<Record<string, string>>;
}

/**
 * A proxy as HTTP knows it: tunnels, and requests in absolute form.
 *
 * @returns `127.0.0.1:PORT`
 */
export function startProxy(
  servers: LoopbackServers,
  { credentials, refuse, certificate, names = {} }: ProxyBehaviour = {},
): Promise<string> {
  const expected = credentials && `Basic ${Buffer.from(credentials).toString("base64")}`;
  const judge = (authorization = "") =>
    expected !== undefined && authorization !== expected ? 407 : (refuse ?? null);
  const proxy = certificate
    ? createHttpsServer({ cert: certificate.pem, key: certificate.keyPem })
    : createHttpServer();
  proxy.on("request", (request, response) => {
    const status = judge(request.headers["proxy-authorization"]);
    if (status !== null) return void response.writeHead(status).end("no");
    const { host, pathname } = new URL(request.url ?? "");
    const onward = send(`http://${names[host] ?? host}${pathname}`, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.writeHead(502).end()).end();
  });
  proxy.on("connect", (request, socket: Socket) => {
    const status = judge(request.headers["proxy-authorization"]);
    if (status !== null) return void socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
    const [, host = "", port = ""] = /^(.+):(\d+)$/.exec(names[request.url ?? ""] ?? request.url ?? "") ?? [];
    const onward = connect({ host, port: Number(port) }, () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    onward.on("error", () => socket.end("HTTP/1.1 502 No\r\n\r\n"));
    socket.on("error", () => onward.destroy());
  });
  proxy.on("tlsClientError", () => undefined);
  return servers.listen(proxy);
}
