import { bareHost, parseIpAddress } from "#lib/engine/network/ip-address.ts";
import { matchesNoProxy } from "#lib/engine/network/no-proxy.ts";
import type { ProxyOptions } from "#lib/engine/network/proxy-route.ts";

/** Where a server is, and how it is reached. */
export interface ServerPlace {
  readonly url: URL;
  /** A name, or an address without brackets. */
  readonly host: string;
  readonly port: number;
  readonly isAddress: boolean;
  /** `host:port` of the proxy that has to be taken; null without one. */
  readonly proxy: string | null;
  /** `host:port` of a proxy whose rules let this server be reached directly; null otherwise. */
  readonly bypassed: string | null;
}

/** @param origin `http(s)://host[:port]` */
export function describePlace(origin: string, proxy: ProxyOptions | undefined): ServerPlace {
  const url = new URL(origin);
  const host = bareHost(url.hostname);
  const name = proxy === undefined ? null : nameProxy(proxy.url);
  const bypasses = proxy !== undefined && matchesNoProxy(url, proxy.noProxy ?? []);
  return {
    url,
    host,
    port: portOf(url),
    isAddress: parseIpAddress(host) !== null,
    proxy: bypasses ? null : name,
    bypassed: bypasses ? name : null,
  };
}

const portOf = (url: URL): number => Number(url.port || (url.protocol === "https:" ? "443" : "80"));

/** Without its credentials; "" for what is no address of a proxy. */
function nameProxy(text: string): string {
  const url = URL.parse(text);
  return url === null ? "" : `${url.hostname}:${portOf(url)}`;
}
