import { expect, test } from "vitest";
import { AddressPolicy } from "./address-policy.ts";
import { ProxyRoute } from "./proxy-route.ts";
import { TrustStore } from "./tls-trust.ts";

test("a proxy whose name leads to the cloud's metadata is refused as such, whatever is asked of it", async () => {
  const address = "169.254.169.254";
  const policy = new AddressPolicy("registry.test", "open", 1_000, (_name, _options, callback) =>
    callback(null, [{ address, family: 4 }]),
  );
  const origin = "http://proxy.test:3128";
  const route = new ProxyRoute(
    { url: origin },
    {
      timeoutMs: 1_000,
      lookup: policy.lookupProxy,
      admit: (hostname) => policy.admitConfigured(hostname),
      loadTrust: () => Promise.resolve(new TrustStore("https://registry.test", {})),
    },
  );
  const refused = {
    code: "address-refused",
    facts: { origin, proxy: "proxy.test:3128", address, retryable: false },
  };
  await expect(route.open({})).rejects.toMatchObject(refused);
  await expect(route.openTunnel(new URL("https://registry.test"))).rejects.toMatchObject(refused);
});
