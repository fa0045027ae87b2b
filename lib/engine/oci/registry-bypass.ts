import { matchesNoProxy } from "../network/no-proxy.ts";
import type { RegistryHost } from "./reference.ts";
import { registryOrigin } from "./registry-origin.ts";

/**
 * Whether clients go straight to a registry in spite of their proxy, by the rules of Go, in which containerd, kubelet,
 * imgpkg and the Tanzu CLI are written: a name stands for itself and all below it, `.example.com` only for what is below,
 * `10.0.0.0/8` for addresses, each with `:port` behind or without. Without a port, a registry is at 443.
 *
 * @param noProxy entries of `NO_PROXY`, one each
 */
export function isBypassed(registry: RegistryHost, noProxy: readonly string[]): boolean {
  const url = URL.parse(registryOrigin(registry, { plainHttp: false }));
  return url !== null && matchesNoProxy(url, noProxy);
}
