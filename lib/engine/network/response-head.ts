import { malformed } from "./malformed.ts";

export interface ResponseHead {
  readonly status: number;
  /** Of HTTP/1. */
  readonly minorVersion: 0 | 1;
  /** Names in lower case; repeated headers joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
}

const maxHeadBytes = 65_536;
const lineFeed = 10;
const start = Buffer.from("HTTP/1.");

const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [\t\P{Cc}]*)?$/u;
/**
 * One header, or trailer: its name, and its value with the blanks around it. Those match one part of the expression
 * only, since with two a line full of them could be divided in as many ways as it is long.
 */
export const fieldLine = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):([\t\P{Cc}]*)$/u;
const folded = /^[\t ]([\t\P{Cc}]*)$/u;

/**
 * Reads the head of one answer, however it is cut. RFC 9112 sections 2 to 5, to the letter: lines end with CRLF, no
 * space stands before a colon, a folded value is joined by a space. What reads otherwise may be read differently by
 * what stands between us and the server.
 */
export class HeadReader {
  #length = 0;
  #line: Buffer = Buffer.alloc(0);
  #first: RegExpExecArray | null = null;
  readonly #fields: [string, string][] = [];
  #head: ResponseHead | null = null;

  /** Complete, once it is. */
  get head(): ResponseHead | null {
    return this.#head;
  }

  /** @returns how many of the bytes belong to the head. @throws Error of code `MALFORMED_RESPONSE` */
  push(bytes: Uint8Array): number {
    let used = 0;
    while (this.#head === null && used < bytes.byteLength) {
      const end = bytes.indexOf(lineFeed, used);
      const piece = bytes.subarray(used, end === -1 ? bytes.byteLength : end + 1);
      used += piece.byteLength;
      this.#length += piece.byteLength;
      if (this.#length > maxHeadBytes) throw malformed("the head is too long");
      this.#line = Buffer.concat([this.#line, piece]);
      if (this.#first === null) checkStart(this.#line);
      if (end === -1) break;
      this.#read(endLine(this.#line));
      this.#line = Buffer.alloc(0);
    }
    return used;
  }

  #read(line: string): void {
    if (this.#first === null) {
      this.#first = statusLine.exec(line);
      if (this.#first === null) throw malformed("no status line");
    } else if (line === "") {
      const [, minorVersion, status] = this.#first;
      this.#head = {
        status: Number(status),
        minorVersion: minorVersion === "0" ? 0 : 1,
        headers: joinFields(this.#fields),
      };
    } else {
      this.#readField(line);
    }
  }

  #readField(line: string): void {
    const last = this.#fields.at(-1);
    const continued = folded.exec(line)?.[1];
    if (continued !== undefined && last !== undefined) {
      last[1] = `${last[1]} ${continued.trim()}`.trim();
      return;
    }
    const [, name, value] = fieldLine.exec(line) ?? [];
    if (name === undefined || value === undefined) throw malformed("no header");
    this.#fields.push([name.toLowerCase(), value.trim()]);
  }
}

/** What is no HTTP, such as a TLS alert, need not have lines. */
function checkStart(line: Buffer): void {
  const length = Math.min(line.byteLength, start.byteLength);
  if (!line.subarray(0, length).equals(start.subarray(0, length))) throw malformed("no status line");
}

function endLine(line: Buffer): string {
  const text = line.toString();
  if (!text.endsWith("\r\n")) throw malformed("a line ends without CR");
  return text.slice(0, -2);
}

function joinFields(fields: readonly [string, string][]): Readonly<Record<string, string>> {
  const joined = new Map<string, string>();
  for (const [name, value] of fields) {
    const before = joined.get(name);
    joined.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(joined);
}
