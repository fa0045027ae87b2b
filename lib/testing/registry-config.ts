import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TokenIssuer } from "./token-server.ts";

/** Tells our registry from another one that took the same port a moment earlier. */
export const instanceHeader = "x-registry-instance";

/** What a `distribution` registry is to be like; as it comes unless told otherwise. */
export interface RegistryBehaviour {
  /** Where images are kept; a temporary folder, removed by `stop`, unless given. */
  rootDir?: string;
  /** Whether manifests and blobs may be deleted; true unless told otherwise. */
  deleteEnabled?: boolean;
  /** Refuses every write with 405, as during garbage collection. */
  readOnly?: boolean;
  htpasswd?: { username: string; password: string };
  /** Wants tokens of this server, see `startTokenServer`; not together with `htpasswd`. */
  tokens?: TokenIssuer;
  /** PEM texts. With `clientCa`, clients must show a certificate of that authority. */
  tls?: { cert: string; key: string; clientCa?: string };
  /** Whether TLS connections may speak HTTP/2; true unless told otherwise. */
  http2?: boolean;
  /** Keeps what is pulled from the registry at this address, and takes no pushes. */
  proxyOf?: string;
  /** What the addresses of foreign layers may be, as regular expressions; distribution allows none by itself. */
  foreignLayerUrls?: readonly string[];
  /** Turns the access log on and appends it to this file. */
  logPath?: string;
}

/** Writes the configuration of `docker-registry serve`, and the files that it names, into `stateDir`. */
export async function writeRegistryConfig(
  behaviour: RegistryBehaviour,
  { host, instance, stateDir }: { host: string; instance: string; stateDir: string },
): Promise<string> {
  const write = async (name: string, text: string) => {
    const path = join(stateDir, name);
    await writeFile(path, text, { mode: 0o600 });
    return path;
  };
  const { tls, htpasswd, tokens, proxyOf, foreignLayerUrls } = behaviour;
  const config = {
    version: "0.1",
    // One line per request costs a tenth of the throughput: only who asks for it pays.
    log: { level: "error", accesslog: { disabled: behaviour.logPath === undefined } },
    storage: {
      filesystem: { rootdirectory: behaviour.rootDir ?? join(stateDir, "storage") },
      cache: { blobdescriptor: "inmemory" },
      delete: { enabled: behaviour.deleteEnabled ?? true },
      maintenance: { readonly: { enabled: behaviour.readOnly ?? false } },
    },
    http: {
      addr: host,
      secret: randomBytes(16).toString("hex"),
      headers: { [instanceHeader]: [instance], "X-Content-Type-Options": ["nosniff"] },
      http2: { disabled: behaviour.http2 === false },
      ...(tls && {
        tls: {
          certificate: await write("cert.pem", tls.cert),
          key: await write("key.pem", tls.key),
          ...(tls.clientCa !== undefined && { clientcas: [await write("client-ca.pem", tls.clientCa)] }),
        },
      }),
    },
    ...(htpasswd && {
      auth: { htpasswd: { realm: "registry", path: await write("htpasswd", await buildHtpasswd(htpasswd)) } },
    }),
    ...(tokens && {
      auth: {
        token: {
          realm: tokens.realm,
          service: tokens.service,
          issuer: tokens.issuer,
          rootcertbundle: await write("issuer.pem", tokens.certificate),
        },
      },
    }),
    ...(proxyOf !== undefined && { proxy: { remoteurl: proxyOf } }),
    ...(foreignLayerUrls && { validation: { manifests: { urls: { allow: foreignLayerUrls } } } }),
  };
  // JSON is YAML.
  return write("config.yml", JSON.stringify(config));
}

async function buildHtpasswd(account: { username: string; password: string }): Promise<string> {
  // distribution knows bcrypt alone. Loaded when used: the demo runs without it.
  const { hash } = await import("bcryptjs");
  return `${account.username}:${await hash(account.password, 5)}\n`;
}
