import { stringify } from "smol-toml";
import type { HostCapability } from "./hosts-toml.ts";

/** A mirror as it is to be written. */
export interface HostToWrite {
  /** `http(s)://host[:port][/v2/path]` */
  readonly url: string;
  readonly capabilities: readonly HostCapability[];
  /** Whether the path of the URL stays as it is; needed where something follows `/v2`. */
  readonly overridePath?: boolean;
  /** Files of certificates, absolute or relative to the directory of the file. */
  readonly ca?: readonly string[];
}

export interface HostsTomlToWrite {
  /** Asked last; the source itself where there is none. */
  readonly server?: HostToWrite | undefined;
  /** In the order in which they are to be asked. */
  readonly mirrors: readonly HostToWrite[];
}

/** A `hosts.toml` for containerd (docs/hosts.md), mirrors in their order. */
export function formatHostsToml({ server, mirrors }: HostsTomlToWrite): string {
  return stringify({
    ...(server && { server: server.url, ...toTable(server) }),
    // Without a table of this name containerd 1 passes the whole file over, and asks the source.
    host: Object.fromEntries(mirrors.map((each) => [each.url, toTable(each)])),
  });
}

function toTable({ capabilities, overridePath = false, ca = [] }: HostToWrite) {
  return {
    capabilities,
    ...(overridePath && { override_path: true }),
    ...(ca.length > 0 && { ca }),
  };
}
