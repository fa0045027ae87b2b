import type { Socket } from "node:net";

/** How long an answer that has arrived already may take to be read. */
const graceMs = 500;

/**
 * Makes a server's last words count for more than its closed door.
 *
 * Who refuses an upload answers (413, 401, 429; a TLS alert) and closes while bytes are still sent. The next write then
 * fails (`EPIPE`, `ECONNRESET`) and Node ends the socket, often before it has read the answer that waits in the
 * kernel. So a failed write is reported only once the reading side is at its end too, or has had time to get there.
 */
export function keepAnswers<Connection extends Socket>(socket: Connection): Connection {
  const write = socket._write.bind(socket);
  const writeAll = socket._writev?.bind(socket);
  const hold = (callback: Callback): Callback => {
    return (error) => {
      if (error && !socket.destroyed) waitForAnswer(socket, () => callback(error));
      else callback(error);
    };
  };
  socket._write = (chunk, encoding, callback) => write(chunk, encoding, hold(callback));
  if (writeAll) socket._writev = (chunks, callback) => writeAll(chunks, hold(callback));
  return socket;
}

type Callback = (error?: Error | null) => void;

function waitForAnswer(socket: Socket, then: () => void): void {
  const end = () => {
    clearTimeout(timer);
    socket.off("close", end);
    then();
  };
  const timer = setTimeout(end, graceMs);
  socket.once("close", end);
}
