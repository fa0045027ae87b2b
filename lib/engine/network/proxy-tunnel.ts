import type { Socket } from "node:net";
import { platformError } from "./dial.ts";
import { HeadReader } from "./response-head.ts";

/**
 * Asks a proxy for a tunnel (CONNECT, RFC 9110 section 9.3.6). What follows its answer is left to be read.
 *
 * @param headers what the proxy gets to see besides
 * @returns the status of its answer
 * @throws Error with a platform's code
 */
export async function askForTunnel(
  socket: Socket,
  authority: string,
  headers: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<number> {
  const fields = Object.entries({ host: authority, "user-agent": "drayage", ...headers });
  const lines = [`CONNECT ${authority} HTTP/1.1`, ...fields.map(([name, value]) => `${name}: ${value}`)];
  return new Promise<number>((resolve, reject) => {
    let reader = new HeadReader();
    const timer = setTimeout(() => settle(() => reject(platformError("ETIMEDOUT"))), timeoutMs);
    const onError = (error: Error) => settle(() => reject(error));
    const onEnd = () => settle(() => reject(platformError("ERR_STREAM_PREMATURE_CLOSE")));
    const onData = (bytes: Buffer) => {
      try {
        let rest = bytes;
        for (; rest.byteLength > 0; reader = new HeadReader()) {
          rest = rest.subarray(reader.push(rest));
          const { head } = reader;
          if (head === null) return;
          if (head.status >= 200) return settle(() => resolve(head.status), rest);
        }
      } catch (error) {
        socket.destroy(error instanceof Error ? error : undefined);
      }
    };
    const settle = (then: () => void, rest?: Buffer) => {
      clearTimeout(timer);
      socket.off("data", onData).off("error", onError).off("end", onEnd).off("close", onEnd);
      socket.pause();
      if (rest !== undefined && rest.byteLength > 0) socket.unshift(rest);
      then();
    };
    socket.on("data", onData).on("error", onError).on("end", onEnd).on("close", onEnd);
    socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  });
}
