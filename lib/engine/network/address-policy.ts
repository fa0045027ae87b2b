import { lookup, type LookupAddress, type LookupAllOptions } from "node:dns";
import type { LookupFunction } from "node:net";
import { classifyAddress, type AddressClass } from "./classify-address.ts";
import { bareHost } from "./ip-address.ts";

/**
 * `guarded`: servers that the endpoint points to may not lie deeper inside than the endpoint itself. `open`: they may.
 * Addresses that belong to no server, and those of the machine's own cloud, are refused by both.
 */
export type AddressPolicyMode = "guarded" | "open";

/** How far inside an address lies. What is not listed is never dialled. */
const depths: Readonly<Partial<Record<AddressClass, number>>> = { public: 0, private: 1, loopback: 2 };
const outermost = 0;
const innermost = 2;

/** How names are resolved: the system's way unless given. */
export type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** Names that lead inside whoever resolves them: RFC 6761 section 6.3, and the metadata of a cloud. */
const innerName = /^(?:.+\.)?localhost\.?$/;
const metadataName = /^metadata\.google\.internal\.?$/;

/** Whether an address of this kind is dialled at all. */
export const isDialled = (kind: AddressClass): boolean => depths[kind] !== undefined;

const depthOf = (address: string): number | null => {
  const kind = classifyAddress(address);
  return kind === null ? null : (depths[kind] ?? null);
};

/** An address that the policy forbids. */
export class AddressRefused extends Error {
  override readonly name = "AddressRefused";
  readonly code = "ADDRESS_REFUSED";
  readonly address: string;

  constructor(address: string) {
    super("the address policy forbids this address");
    this.address = address;
  }
}

/**
 * Decides which addresses one endpoint, and the servers it points to, may be dialled at. Names are checked where they
 * are resolved for the connection itself, so a name cannot mean something else a moment later.
 */
export class AddressPolicy {
  readonly #ownHostname: string;
  readonly #mode: AddressPolicyMode;
  readonly #timeoutMs: number;
  readonly #resolve: Resolve;
  /** Of the endpoint's addresses that were connected to: the outermost. */
  #connectedDepth: number | undefined;
  #resolvedDepth: Promise<number> | undefined;
  /** How far inside the endpoint's own name led at first: later it must not lead deeper. */
  #ownLimit: number | undefined;
  #otherLimit = outermost;

  constructor(ownHostname: string, mode: AddressPolicyMode, timeoutMs: number, resolve: Resolve = lookup) {
    this.#ownHostname = bareHost(ownHostname);
    this.#mode = mode;
    this.#timeoutMs = timeoutMs;
    this.#resolve = resolve;
  }

  /** For connections to the endpoint itself. */
  readonly lookupOwn: LookupFunction = this.#createLookup((addresses) => {
    const limit = this.#mode === "open" ? innermost : this.#ownLimit;
    const allowed = within(addresses, limit ?? innermost);
    // An answer of nothing but forbidden addresses does not tell where the endpoint is.
    if (allowed.length > 0) {
      this.#ownLimit ??= Math.max(...allowed.map(({ address }) => depthOf(address) ?? outermost));
    }
    return allowed;
  });

  /** For connections to a configured proxy, which may stand anywhere. */
  readonly lookupProxy: LookupFunction = this.#createLookup((addresses) => within(addresses, innermost));

  /** For all others, after `admitOther`. */
  readonly lookupOther: LookupFunction = this.#createLookup((addresses) =>
    within(addresses, this.#otherLimit),
  );

  /**
   * For the endpoint itself and its proxy, which may stand anywhere that may be dialled at all.
   *
   * @throws AddressRefused when the host is a forbidden address; names are checked by `lookupOwn` and `lookupProxy`
   */
  admitConfigured(hostname: string): void {
    check(hostname, innermost);
  }

  /** @throws AddressRefused when the host is a forbidden address; names are checked by `lookupOther` */
  async admitOther(hostname: string): Promise<void> {
    this.#otherLimit = this.#mode === "open" ? innermost : await this.#getOwnDepth();
    check(hostname, this.#otherLimit);
  }

  /**
   * For a host whose name a proxy resolves, which may know other names than we do: only what is evident is checked.
   *
   * @throws AddressRefused
   */
  async admitThroughProxy(hostname: string, own: boolean): Promise<void> {
    if (metadataName.test(hostname)) throw new AddressRefused(hostname);
    if (own) return this.admitConfigured(hostname);
    const inner = innerName.test(hostname);
    if (!inner && classifyAddress(hostname) === null) return;
    await this.admitOther(inner ? "127.0.0.1" : hostname);
  }

  /** Tells where the endpoint was reached in fact. */
  connectedTo(address: string): void {
    this.#connectedDepth = Math.min(depthOf(address) ?? outermost, this.#connectedDepth ?? innermost);
  }

  async #getOwnDepth(): Promise<number> {
    if (this.#connectedDepth !== undefined) return this.#connectedDepth;
    const literal = depthOf(this.#ownHostname);
    if (literal !== null) return literal;
    if (innerName.test(this.#ownHostname)) return innermost;
    this.#resolvedDepth ??= this.#resolveOwnDepth();
    return this.#resolvedDepth;
  }

  /** What cannot be resolved, such as a name that only a proxy knows, is taken for public. */
  async #resolveOwnDepth(): Promise<number> {
    return new Promise((settle) => {
      const timer = setTimeout(() => settle(outermost), this.#timeoutMs);
      this.#resolve(this.#ownHostname, { all: true }, (error, addresses) => {
        clearTimeout(timer);
        const known = error ? [] : within(addresses, innermost);
        settle(
          known.length === 0
            ? outermost
            : Math.min(...known.map((each) => depthOf(each.address) ?? outermost)),
        );
      });
    });
  }

  #createLookup(admit: (addresses: readonly LookupAddress[]) => LookupAddress[]): LookupFunction {
    return (hostname, options, callback) => {
      this.#resolve(hostname, { ...options, all: true }, (error, addresses) => {
        if (error) return callback(error, []);
        const admitted = admit(addresses);
        const [first] = admitted;
        if (first === undefined) return callback(new AddressRefused(addresses[0]?.address ?? hostname), []);
        if (options.all) return callback(null, admitted);
        callback(null, first.address, first.family);
      });
    };
  }
}

function check(hostname: string, limit: number): void {
  if (classifyAddress(hostname) === null) return;
  const depth = depthOf(hostname);
  if (depth === null || depth > limit) throw new AddressRefused(bareHost(hostname));
}

function within(addresses: readonly LookupAddress[], limit: number): LookupAddress[] {
  return addresses.filter(({ address }) => (depthOf(address) ?? Infinity) <= limit);
}
