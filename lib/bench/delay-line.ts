/**
 * A line with a delay: a TCP relay that hands on what arrives a fixed time later, in order and at any rate.
 *
 * Usage: node lib/bench/delay-line.ts HOST:PORT ONE_WAY_MS; prints the `host:port` it listens on.
 */
import { connect, createServer, type Socket } from "node:net";

const [upstream = "", oneWay = ""] = process.argv.slice(2);
const oneWayMs = Number(oneWay);
const { hostname, port } = new URL(`http://${upstream}`);

/** More than a line of this delay holds at loopback's pace, so that only the delay is felt. */
const maxHeldBytes = 64 * 1024 * 1024;

function relay(from: Socket, to: Socket): void {
  let heldBytes = 0;
  const later = (act: () => void) => setTimeout(act, oneWayMs);
  from.on("data", (chunk: Buffer) => {
    heldBytes += chunk.byteLength;
    if (heldBytes > maxHeldBytes) from.pause();
    later(() => {
      const release = () => {
        heldBytes -= chunk.byteLength;
        if (from.isPaused() && heldBytes < maxHeldBytes / 2) from.resume();
      };
      if (to.writable) to.write(chunk, release);
      else release();
    });
  });
  from.once("end", () => later(() => to.end()));
  from.once("error", () => to.destroy());
  from.once("close", () => later(() => to.destroySoon()));
}

const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
  const target = connect({ host: hostname, port: Number(port), noDelay: true, allowHalfOpen: true });
  relay(client, target);
  relay(target, client);
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address !== null && typeof address === "object") process.stdout.write(`127.0.0.1:${address.port}\n`);
});
