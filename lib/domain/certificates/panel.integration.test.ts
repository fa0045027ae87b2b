import { afterEach, expect, it } from "vitest";
import { createTransport } from "#lib/engine/network/transport.ts";
import { createChainScenarios } from "#lib/testing/chain-scenarios.ts";
import { createLoopbackServers } from "#lib/testing/loopback-servers.ts";

// What this panel itself does with a server of each chain: the rules of OpenSSL are said to be its own.
const servers = createLoopbackServers();
afterEach(() => servers.close());

/** What the network calls each problem. */
const networkCodes: Readonly<Record<string, string>> = {
  expired: "tls-expired",
  "not-yet-valid": "tls-expired",
  "name-mismatch": "tls-name-mismatch",
  "name-missing": "tls-name-mismatch",
};

it.each(createChainScenarios().map((scenario) => [scenario.name, scenario] as const))(
  "agrees with this panel: %s",
  async (_name, { presented, stored, host = "localhost", openssl }) => {
    const [leaf] = presented;
    const cert = presented.map(({ pem }) => pem).join("");
    const served = await servers.serveTls({ cert, key: leaf.keyPem, ciphers: "DEFAULT@SECLEVEL=0" });
    const origin = `https://${host}:${new URL(served).port}`;
    const transport = createTransport({ origin, caCertificates: stored.map(({ pem }) => pem) });
    try {
      const said = await transport.request({ method: "GET", url: new URL(origin) }).then(
        async (response) => {
          await response.discard();
          return null;
        },
        (error: unknown) => error,
      );
      if (openssl.length === 0) return expect(said).toBeNull();
      const codes = openssl.map((code) => networkCodes[code] ?? "tls-untrusted");
      expect(said).toMatchObject({ name: "NetworkError" });
      expect(codes).toContain((said as { code: string }).code);
    } finally {
      await transport.close();
    }
  },
);
