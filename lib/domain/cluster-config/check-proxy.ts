import type { RegistryBase } from "#lib/engine/oci/reference.ts";
import { isBypassed } from "#lib/engine/oci/registry-bypass.ts";
import { isProxyUrl } from "./cluster-input.ts";
import { type TrustFinding, trustFinding } from "./trust-finding.ts";

/** A proxy as it was found; null is a field that is not there. */
export interface FoundProxy {
  readonly http: string | null;
  readonly https: string | null;
  readonly noProxy: readonly string[] | null;
}

/** What the three fields are called where they stand. */
export interface ProxyFieldNames {
  readonly http: string;
  readonly https: string;
  readonly noProxy: string;
}

/** Whether a proxy is whole, and which registries it would be asked for. No address of it is in a finding. */
export function checkProxy(
  proxy: FoundProxy,
  names: ProxyFieldNames,
  registries: readonly RegistryBase[],
  object: string,
): TrustFinding[] {
  const entries = Object.entries(names) as [keyof ProxyFieldNames, string][];
  const missing = entries.filter(([key]) => proxy[key] === null).map(([, name]) => name);
  if (missing.length === entries.length) return [];
  const findings: TrustFinding[] = [];
  if (missing.length > 0) {
    findings.push(trustFinding("proxy-incomplete", object, { missing: missing.join(", ") }));
  }
  for (const key of ["http", "https"] as const) {
    const address = proxy[key];
    if (address !== null && !isProxyUrl(address)) {
      findings.push(trustFinding("proxy-format", object, { field: names[key] }));
    }
  }
  const noProxy = proxy.noProxy ?? [];
  if (noProxy.some((entry) => /\s/.test(entry))) findings.push(trustFinding("no-proxy-blanks", object, {}));
  // The blanks have been told of; what is meant is not in doubt.
  const rules = noProxy.map((entry) => entry.trim());
  const hosts = new Set(registries.map(({ registry }) => registry));
  for (const host of hosts) {
    if (!isBypassed(host, rules)) findings.push(trustFinding("proxy-takes-registry", object, { host }));
  }
  return findings;
}
