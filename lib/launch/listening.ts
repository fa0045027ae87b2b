import { createServer } from "node:net";

/** What stands in the way of listening there, or null. */
export function findListenError(host: string, port: number): Promise<NodeJS.ErrnoException | null> {
  return new Promise((found) => {
    const server = createServer();
    server.once("error", found);
    server.listen(port, host, () => {
      server.close(() => {
        found(null);
      });
    });
  });
}

/** A sentence for the person at the terminal. */
export function describeListenError(
  error: NodeJS.ErrnoException,
  host: string,
  port: number | string,
): string {
  return `The panel cannot listen on ${host.includes(":") ? `[${host}]` : host}:${port}: ${explain(error)}.`;
}

function explain({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case "EADDRINUSE":
      return "another program uses it: set PORT to a free one";
    case "EACCES":
      return "this account may not use the port: set PORT to one above 1023, or put a reverse proxy in front";
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return "it is no address of this machine: set HOST to one, or to 0.0.0.0 for all";
    default:
      return message;
  }
}
