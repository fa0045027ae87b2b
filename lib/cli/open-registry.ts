import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { ProxyOptions } from "../engine/network/proxy-route.ts";
import type { Credentials } from "../engine/oci/auth.ts";
import type { RegistryHost } from "../engine/oci/reference.ts";
import { createRegistryClient, type RegistryClient } from "../engine/oci/registry-client.ts";
import type { Access } from "../engine/oci/registry-connection.ts";
import type { RegistryLanes } from "../engine/oci/registry-lanes.ts";
import { parseRules, type LineOptions, type SideOptions } from "./side-options.ts";
import { UsageError } from "./usage-error.ts";

/**
 * A client as the command line wants it.
 *
 * @param lanes of all clients of the command: source and target may be one registry
 * @throws UsageError for a file that cannot be read
 */
export async function openRegistry(
  registry: RegistryHost,
  side: SideOptions,
  line: LineOptions,
  access: Access,
  lanes: RegistryLanes,
): Promise<RegistryClient> {
  const { plainHttp, insecure, anyAddress, caPath, certPath, keyPath } = side;
  const [ca, cert, key, credentials] = await Promise.all([
    read(caPath),
    read(certPath),
    read(keyPath),
    findStoredCredentials(registry, side.authPath),
  ]);
  const { requestsPerSecond, bytesPerSecond } = line;
  const proxy = chooseProxy(line, plainHttp);
  return createRegistryClient({
    registry,
    plainHttp,
    access,
    lanes,
    skipVerify: insecure,
    ...(anyAddress && { addressPolicy: "open" }),
    limits: {
      ...(requestsPerSecond !== undefined && { requestsPerSecond }),
      ...(bytesPerSecond !== undefined && { bytesPerSecond }),
    },
    ...(ca !== undefined && { caCertificates: [ca] }),
    ...(cert !== undefined && key !== undefined && { clientCertificate: { cert, key } }),
    ...(credentials && { credentials }),
    ...(proxy && { proxy }),
  });
}

async function read(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : `${path} cannot be read`, { cause: error });
  }
}

/**
 * Credentials as docker keeps them.
 *
 * @param path of a `config.json`; the usual places unless given
 * @throws UsageError for a file that cannot be read
 */
export async function findStoredCredentials(
  registry: RegistryHost,
  path: string | undefined,
): Promise<Credentials | undefined> {
  const paths = path === undefined ? listUsualPaths().filter((each) => existsSync(each)) : [path];
  if (paths.length === 0) return undefined;
  // Loaded when used: it needs schemas, which take long to load.
  const docker = await import("./docker-config.ts");
  return docker.findCredentials(registry, paths);
}

function listUsualPaths(): string[] {
  const { REGISTRY_AUTH_FILE, DOCKER_CONFIG } = process.env;
  const ofDocker = join(DOCKER_CONFIG ?? join(homedir(), ".docker"), "config.json");
  return REGISTRY_AUTH_FILE ? [REGISTRY_AUTH_FILE, ofDocker] : [ofDocker];
}

/** The proxy that was asked for, or else that of the environment. */
export function chooseProxy(
  line: Pick<LineOptions, "proxy" | "noProxy">,
  plainHttp: boolean,
): ProxyOptions | undefined {
  if (line.proxy === "none") return undefined;
  const { env } = process;
  const ofEnvironment = plainHttp ? (env.http_proxy ?? env.HTTP_PROXY) : (env.https_proxy ?? env.HTTPS_PROXY);
  const url = line.proxy ?? ofEnvironment ?? "";
  if (url === "") return undefined;
  if (line.noProxy !== undefined) return { url, noProxy: line.noProxy };
  // Names of this machine itself are of no use to a proxy, unless one was asked for by name.
  const rules = parseRules(env.no_proxy ?? env.NO_PROXY ?? "");
  return { url, noProxy: line.proxy === undefined ? [...rules, "localhost", "127.0.0.0/8", "::1"] : rules };
}
