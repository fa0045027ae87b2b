import { promises as dns, type LookupAddress } from "node:dns";
import { abortError } from "./abort-error.ts";
import { classifyAddress, type AddressClass } from "./classify-address.ts";

/** An address of a name. */
interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
  /** To whom it leads. */
  readonly kind: AddressClass;
}

/**
 * What became of a name. `not-found`: nobody knows it. `no-address`: it is known, without an address. What is left are
 * troubles of the name servers: none can be reached, none answers in time, or one answers that it failed or will not.
 */
export type HostResolution =
  | { readonly state: "resolved"; readonly addresses: readonly ResolvedAddress[] }
  | {
      readonly state: "not-found" | "no-address" | "server-unreachable" | "server-failed" | "timeout";
      /** The name servers of this machine, as it is told to ask them. */
      readonly servers: readonly string[];
      readonly platformCode: string | null;
    };

type Failure = Exclude<HostResolution, { state: "resolved" }>;

/** Of a name; more tell nothing. */
const maxAddresses = 16;
/** For finding out what is the matter with the name servers. */
const inquiryTimeoutMs = 2_000;

/** Codes of c-ares that are more than "nobody answered". */
const states: Readonly<Record<string, Failure["state"]>> = {
  ENOTFOUND: "not-found",
  ENODATA: "no-address",
  ECONNREFUSED: "server-unreachable",
  ETIMEOUT: "timeout",
};

/**
 * Resolves a name as all connections of this machine do, with its file of hosts. Where that fails, the name servers are
 * asked once more, to tell what is the matter with them, which the system's own way does not. Never throws for what it
 * finds.
 *
 * @throws an Error named `AbortError`
 */
export async function resolveHost(
  hostname: string,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
): Promise<HostResolution> {
  const found = await within(dns.lookup(hostname, { all: true }), timeoutMs, signal);
  if (Array.isArray(found)) return { state: "resolved", addresses: describe(found) };
  const resolver = new dns.Resolver({ timeout: inquiryTimeoutMs, tries: 1 });
  const servers = resolver.getServers();
  const platformCode = codeOf(found);
  if (found === "timeout") return { state: "timeout", servers, platformCode };
  const answer = await within(askServers(resolver, hostname), inquiryTimeoutMs * 2, signal);
  resolver.cancel();
  const inquired = answer === "found" ? null : codeOf(answer);
  // The system may know more ways than name servers, so that its own "not found" counts where they know the name.
  const fallback = platformCode === "ENOTFOUND" ? "not-found" : "server-failed";
  const state = inquired === null ? fallback : (states[inquired] ?? "server-failed");
  return { state, servers, platformCode: inquired ?? platformCode };
}

/** A name may have addresses of one kind only. */
async function askServers(resolver: dns.Resolver, hostname: string): Promise<"found"> {
  const questions = [resolver.resolve4(hostname), resolver.resolve6(hostname)];
  await Promise.any(questions).catch((error: unknown) => {
    throw error instanceof AggregateError ? error.errors[0] : error;
  });
  return "found";
}

function describe(found: readonly LookupAddress[]): ResolvedAddress[] {
  const addresses = new Map(found.map((each) => [each.address, each]));
  return [...addresses.values()].slice(0, maxAddresses).flatMap(({ address, family }) => {
    const kind = classifyAddress(address);
    return kind === null ? [] : [{ address, family: family === 6 ? 6 : 4, kind }];
  });
}

/** What the work gives, or fails with, unless time is over first; it cannot be called off, only left alone. */
async function within<Result>(
  work: Promise<Result>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Result | Error | "timeout"> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(abortError(signal?.reason));
    const timer = setTimeout(() => resolve("timeout"), timeoutMs);
    signal?.addEventListener("abort", onAbort, { once: true });
    if (signal?.aborted) onAbort();
    work
      .then(resolve, (error: unknown) => {
        if (error instanceof Error) resolve(error);
        else reject(new Error("no error of name resolution", { cause: error }));
      })
      .finally(() => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
      });
  });
}

function codeOf(thrown: unknown): string | null {
  return thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" ? thrown.code : null;
}
