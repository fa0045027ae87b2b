import { isIP } from "node:net";

/** An address as a number; an IPv4 address in IPv6 clothes (`::ffff:10.0.0.1`) is the IPv4 address. */
export interface IpAddress {
  readonly version: 4 | 6;
  readonly value: bigint;
}

export interface IpRange {
  readonly version: 4 | 6;
  /** Its first address, shifted right until only the prefix is left. */
  readonly prefix: bigint;
  readonly shift: bigint;
}

const widths = { 4: 32, 6: 128 } as const;
const mappedPrefixBits = 96;
const mappedPrefix = 0xffffn;

/** Without the brackets of an IPv6 address. */
export const bareHost = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, "$1");

/** Reads an address as it stands in a URL or a socket: brackets and a zone (`%eth0`) are allowed. Null for a name. */
export function parseIpAddress(text: string): IpAddress | null {
  const address = readDigits(bareHost(text));
  if (address?.version !== 6 || address.value >> 32n !== mappedPrefix) return address;
  return { version: 4, value: address.value & 0xffff_ffffn };
}

/** Reads `address/bits` (RFC 4632, RFC 4291 section 2.3). Null for anything else. */
export function parseIpRange(text: string): IpRange | null {
  const [, head = "", tail = ""] = /^(.+)\/(\d{1,3})$/.exec(text) ?? [];
  const address = readDigits(head);
  const bits = Number(tail);
  if (address === null || bits > widths[address.version]) return null;
  if (address.version === 6 && address.value >> 32n === mappedPrefix && bits >= mappedPrefixBits) {
    return cut({ version: 4, value: address.value & 0xffff_ffffn }, bits - mappedPrefixBits);
  }
  return cut(address, bits);
}

export function isInRange({ version, value }: IpAddress, range: IpRange): boolean {
  return version === range.version && value >> range.shift === range.prefix;
}

function cut({ version, value }: IpAddress, bits: number): IpRange {
  const shift = BigInt(widths[version] - bits);
  return { version, prefix: value >> shift, shift };
}

function readDigits(text: string): IpAddress | null {
  switch (isIP(text)) {
    case 4:
      return { version: 4, value: join(text.split(".").map(Number), 8n) };
    case 6:
      return { version: 6, value: join(listGroups(text), 16n) };
    default:
      return null;
  }
}

function listGroups(text: string): number[] {
  // The URL parser writes every notation as groups of hexadecimal digits.
  const canonical = URL.parse(`http://[${text.replace(/%.*$/, "")}]`)?.hostname.slice(1, -1) ?? "::";
  const [before = [], after] = canonical
    .split("::")
    .map((side) => (side === "" ? [] : side.split(":").map((group) => Number.parseInt(group, 16))));
  if (after === undefined) return before;
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

function join(parts: readonly number[], bits: bigint): bigint {
  return parts.reduce((value, part) => (value << bits) | BigInt(part), 0n);
}
