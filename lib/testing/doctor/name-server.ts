import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { isIPv6 } from "node:net";

/** What a name server has to say of a name: its addresses, or that it fails, refuses to answer, or says nothing. */
export type NameAnswer = readonly string[] | "not-found" | "failed" | "refused" | "silent";

const codes = { failed: 2, "not-found": 3, refused: 5 } as const;
const types = { a: 1, aaaa: 28 } as const;
const headerBytes = 12;

/**
 * A name server of RFC 1035, over UDP, that knows a few names and nothing else.
 *
 * @param names without a dot at the end; a name with no addresses is known, without one
 */
export async function startNameServer(
  names: Readonly<Record<string, NameAnswer>>,
  address: string,
  port = 53,
): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.on("message", (query, from) => {
    const { name, type, end } = readQuestion(query);
    const known = names[name] ?? "not-found";
    if (known === "silent") return;
    const question = query.subarray(headerBytes, end);
    const answers = typeof known === "string" ? [] : known.flatMap((each) => encodeRecord(each, type));
    const header = Buffer.alloc(headerBytes);
    header.writeUInt16BE(query.readUInt16BE(0), 0);
    // A response, recursion asked for and given.
    header.writeUInt16BE(0x8180 | (typeof known === "string" ? codes[known] : 0), 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(answers.length, 6);
    socket.send(Buffer.concat([header, question, ...answers]), from.port, from.address);
  });
  socket.bind(port, address);
  await once(socket, "listening");
  return socket;
}

function readQuestion(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = headerBytes;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length).toLowerCase());
    at += length + 1;
  }
  return { name: labels.join("."), type: query.readUInt16BE(at + 1), end: at + 5 };
}

/** A record of the type that was asked for; none for an address of the other kind. */
function encodeRecord(address: string, asked: number): Buffer[] {
  const type = isIPv6(address) ? types.aaaa : types.a;
  if (type !== asked) return [];
  const data = type === types.a ? Buffer.from(address.split(".").map(Number)) : encodeIpv6(address);
  const head = Buffer.alloc(12);
  // The name is that of the question, right behind the header (RFC 1035 section 4.1.4).
  head.writeUInt16BE(0xc000 | headerBytes, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(data.byteLength, 10);
  return [Buffer.concat([head, data])];
}

/** @param address with all of its groups, or `::` once */
function encodeIpv6(address: string): Buffer {
  const [before = "", after] = address.split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":").map((group) => parseInt(group, 16)));
  const [head, tail] = [groups(before), groups(after ?? "")];
  const all = [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
  const bytes = Buffer.alloc(16);
  for (const [index, group] of all.entries()) bytes.writeUInt16BE(group, index * 2);
  return bytes;
}
