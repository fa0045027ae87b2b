import type { IncomingMessage } from "node:http";

/**
 * Makes the X-Forwarded-* headers tell the truth, because Next believes what it finds there: what the sender wrote is
 * replaced by what we see, or, behind a proxy of ours, cut to the proxy's own word, which is the last one.
 */
export function correctForwardedHeaders(request: IncomingMessage, trustProxy: boolean): void {
  const { headers, socket } = request;
  const seen = {
    "x-forwarded-for": socket.remoteAddress ?? "",
    "x-forwarded-host": headers.host ?? "",
    "x-forwarded-proto": "encrypted" in socket && socket.encrypted === true ? "https" : "http",
  };
  for (const [name, value] of Object.entries(seen)) {
    const given = trustProxy ? String(headers[name] ?? "") : "";
    const last = given.split(",").at(-1)?.trim() ?? "";
    headers[name] = last === "" ? value : last;
  }
  delete headers.forwarded;
  if (!trustProxy) delete headers["x-forwarded-port"];
}
