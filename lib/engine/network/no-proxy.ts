import { effectivePort } from "./dial.ts";
import { isInRange, parseIpAddress, parseIpRange } from "./ip-address.ts";

/**
 * Whether a server is to be reached without the proxy. The rules are those of Go and curl:
 *
 * - `*`: every server
 * - `registry.example.com`: this host and those below it; `.example.com` and `*.example.com`: only those below
 * - `10.0.0.5`, `fd00::5`, `[fd00::5]`: this address
 * - `10.0.0.0/8`, `fd00::/8`: the addresses in this range
 * - any of them but a range with `:port` behind (IPv6 in brackets then): only this port
 *
 * Case and a dot at the end do not matter, empty rules match nothing. Names are not resolved, so an address rule
 * matches only where the URL has an address. Nothing is implied: whoever wants `localhost` reached directly writes it.
 */
export function matchesNoProxy(url: URL, rules: readonly string[]): boolean {
  const host = bareName(url.hostname);
  return rules.some((rule) => matches(host, effectivePort(url), rule.trim().toLowerCase()));
}

function matches(host: string, port: string, rule: string): boolean {
  if (rule === "") return false;
  const address = parseIpAddress(host);
  const range = parseIpRange(rule);
  if (range !== null) return address !== null && isInRange(address, range);
  const { name, port: wantedPort } = splitPort(rule);
  if (wantedPort !== null && wantedPort !== port) return false;
  if (name === "*") return true;
  const wanted = parseIpAddress(name);
  if (wanted !== null || address !== null) {
    return address?.version === wanted?.version && address?.value === wanted?.value;
  }
  const suffix = bareName(name.replace(/^\*(?=\.)/, ""));
  if (suffix === "" || suffix === ".") return false;
  if (suffix.startsWith(".")) return host.endsWith(suffix) && host !== suffix;
  return host === suffix || host.endsWith(`.${suffix}`);
}

/** An IPv6 address without brackets has no port. */
function splitPort(rule: string): { name: string; port: string | null } {
  if (parseIpAddress(rule) !== null) return { name: rule, port: null };
  const [, name, port] = /^(.+):(\d{1,5})$/.exec(rule) ?? [];
  return name === undefined || port === undefined ? { name: rule, port: null } : { name, port };
}

const bareName = (name: string) => name.toLowerCase().replace(/\.$/, "");
