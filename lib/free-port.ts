import { createServer } from "node:net";

/** A port of 127.0.0.1 on which nobody listens now; somebody else may take it before it is used. */
export function findFreePort(): Promise<number> {
  return new Promise((found, failed) => {
    const server = createServer();
    server.once("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === "object") found(address.port);
        else failed(new Error("no free port on 127.0.0.1"));
      });
    });
  });
}
