import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, expect, it } from "vitest";
import { createChainScenarios } from "#lib/testing/chain-scenarios.ts";
import { runProgram, type Program } from "#lib/testing/child-process.ts";
import { createLoopbackServers } from "#lib/testing/loopback-servers.ts";
import { findProgram } from "#lib/testing/programs.ts";

// skopeo verifies as containerd on a node does: both are written in Go and use its crypto/x509.
const servers = createLoopbackServers();
let skopeo: Program;

beforeAll(async () => {
  skopeo = await findProgram("skopeo");
});
afterEach(() => servers.close());

it.each(createChainScenarios().map((scenario) => [scenario.name, scenario] as const))(
  "agrees with Go: %s",
  async (_name, { presented, stored, host = "localhost", go }) => {
    const [leaf] = presented;
    const cert = presented.map(({ pem }) => pem).join("");
    // A registry that has nothing: who gets so far has trusted it.
    const origin = await servers.serveTls(
      { cert, key: leaf.keyPem, ciphers: "DEFAULT@SECLEVEL=0", sigalgs, ecdhCurve: "auto" },
      (_request, response) => response.writeHead(404).end(),
    );
    const folder = await mkdtemp(join(tmpdir(), "drayage-go-"));
    try {
      for (const [index, { pem }] of stored.entries()) await writeFile(join(folder, `${index}.crt`), pem);
      const image = `docker://${host}:${new URL(origin).port}/lab/image:1`;
      const said = await runProgram(skopeo, ["inspect", "--raw", "--cert-dir", folder, image]).then(
        () => "found",
        (error: Error) => error.message,
      );
      if (go.length === 0) expect(said).toMatch(/404|manifest unknown/);
      else expect(said).toMatch(new RegExp(go.map((code) => messages[code]).join("|")));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);

const sigalgs = [
  ...["ecdsa_secp256r1_sha256", "ed25519", "rsa_pss_rsae_sha256", "rsa_pkcs1_sha256"],
  "ecdsa_brainpoolP256r1tls13_sha256",
  "ECDSA+SHA256",
].join(":");

/** What Go calls each problem; of several it tells the first that it meets. */
const messages: Readonly<Record<string, string>> = {
  "missing-intermediate": "certificate signed by unknown authority",
  "unknown-authority": "certificate signed by unknown authority",
  "self-signed-leaf": "certificate signed by unknown authority",
  expired: "certificate has expired or is not yet valid",
  "not-yet-valid": "certificate has expired or is not yet valid",
  "name-mismatch": "certificate is valid for .*, not |cannot validate certificate for",
  "name-missing": "certificate relies on legacy Common Name field|doesn't contain any IP SANs",
  "not-a-ca": "certificate signed by unknown authority|not authorized to sign",
  "ca-may-not-sign": "certificate signed by unknown authority",
  "path-too-long": "too many intermediates|unknown authority",
  "name-not-permitted": "not authorized to sign for this name|is not permitted|is excluded",
  "not-for-servers": "certificate specifies an incompatible key usage",
  "weak-hash": "unknown authority|insecure algorithm",
  "unknown-critical-extension": "unhandled critical extension",
  "unsupported-key": "unsupported elliptic curve|handshake failure|failed to parse",
};
