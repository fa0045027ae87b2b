/** What containerd may ask of a host: content by digest, what a tag stands for, pushes, lists of referrers. */
export const hostCapabilities = ["pull", "resolve", "push", "referrers"] as const;
export type HostCapability = (typeof hostCapabilities)[number];

/** Where a host of a `hosts.toml` is asked. */
export interface HostEndpoint {
  readonly scheme: string;
  /** `host[:port]`, as written; "" where the name has none, which cannot be asked. */
  readonly host: string;
  /** Before the repository, `/v2` where containerd puts it itself. */
  readonly path: string;
}

/** A `[host]` table, or the top of the file, which stands for `server`. */
export interface HostSettings {
  /** As written; null at the top of a file without `server`. */
  readonly name: string | null;
  /** Null where the source itself is asked at its usual address. */
  readonly endpoint: HostEndpoint | null;
  /** All of them where the file names none. */
  readonly capabilities: readonly HostCapability[];
  readonly namesCapabilities: boolean;
  readonly overridePath: boolean;
  /** Files of certificates, beside those of the system; relative to the file's directory. */
  readonly ca: readonly string[];
  /** Certificate and key; the key is null where it is in the same file. */
  readonly clientPairs: readonly (readonly [string, string | null])[];
  readonly skipVerify: boolean | null;
  readonly headers: Readonly<Record<string, readonly string[]>>;
}

/** Why containerd passes a file over and asks the source as if there were none. */
export type HostsTomlProblem =
  | "empty"
  /** Larger than is read here. */
  | "too-large"
  /** The parser's words in `detail`. */
  | "not-toml"
  /** The key in `detail`. */
  | "wrong-type"
  /** The word in `detail`. */
  | "capability-unknown"
  /** What was written in `detail`. */
  | "server-malformed";

export type HostsToml =
  | {
      readonly ok: true;
      /** Without a `host` table containerd 1 passes the file over as if it were none (getSortedHosts); containerd 2 reads it. */
      readonly hasHostTable: boolean;
      /** In the order of the file, in which they are asked. */
      readonly mirrors: readonly HostSettings[];
      /** Asked last. */
      readonly server: HostSettings;
    }
  | { readonly ok: false; readonly problem: HostsTomlProblem; readonly detail: string };
