import { isInRange, parseIpAddress, parseIpRange, type IpAddress, type IpRange } from "./ip-address.ts";

export type AddressClass =
  "public" | "private" | "loopback" | "link-local" | "metadata" | "unspecified" | "multicast" | "broadcast";

/** First match wins. RFC 6890 and the IANA registries of special-purpose addresses, as far as it matters who listens. */
const ranges: readonly (readonly [AddressClass, readonly string[]])[] = [
  [
    "metadata",
    [
      // AWS, GCP, Azure and most others; AWS and GCP over IPv6; Azure's host; Alibaba; Oracle.
      ...["169.254.169.254/32", "fd00:ec2::254/128", "fd20:ce::254/128"],
      ...["168.63.129.16/32", "100.100.100.200/32", "192.0.0.192/32"],
    ],
  ],
  ["broadcast", ["255.255.255.255/32"]],
  ["unspecified", ["0.0.0.0/8", "::/128"]],
  ["loopback", ["127.0.0.0/8", "::1/128"]],
  ["link-local", ["169.254.0.0/16", "fe80::/10"]],
  ["multicast", ["224.0.0.0/4", "ff00::/8"]],
  [
    "private",
    [
      ...["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"],
      // Shared by carriers, protocol assignments, benchmarks; future use, which some networks use inside today.
      ...["100.64.0.0/10", "192.0.0.0/24", "198.18.0.0/15", "240.0.0.0/4"],
      // Unique local, site-local, translation inside a network.
      ...["fc00::/7", "fec0::/10", "64:ff9b:1::/48"],
    ],
  ],
];

/** IPv6 ranges whose addresses lead to the IPv4 address in them: how far its last bit is from the end. */
const embeddings: readonly (readonly [string, bigint])[] = [
  // Translation (RFC 6052), 6to4 (RFC 3056), "IPv4-compatible" (RFC 4291 section 2.5.5.1).
  ["64:ff9b::/96", 0n],
  ["2002::/16", 80n],
  ["::/96", 0n],
];

interface Table {
  readonly classes: readonly (readonly [AddressClass, IpRange])[];
  readonly embeddings: readonly (readonly [IpRange, bigint])[];
}

let table: Table | undefined;

function readTable(): Table {
  const read = (text: string) => {
    const range = parseIpRange(text);
    if (range === null) throw new Error(`${text} is not a range`);
    return range;
  };
  table ??= {
    classes: ranges.flatMap(([name, texts]) => texts.map((text) => [name, read(text)] as const)),
    embeddings: embeddings.map(([text, shift]) => [read(text), shift] as const),
  };
  return table;
}

/** To whom an address leads; null when it is not an address. Also in brackets and with a zone. */
export function classifyAddress(text: string): AddressClass | null {
  const address = parseIpAddress(text);
  return address === null ? null : classify(address);
}

function classify(address: IpAddress): AddressClass {
  const { classes, embeddings } = readTable();
  const known = classes.find(([, range]) => isInRange(address, range))?.[0];
  if (known !== undefined) return known;
  const embedding = embeddings.find(([range]) => isInRange(address, range));
  if (embedding === undefined) return "public";
  return classify({ version: 4, value: (address.value >> embedding[1]) & 0xffff_ffffn });
}
