import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findFreePort } from "#lib/free-port.ts";
import { spawnServer, stopChild } from "./child-process.ts";
import { findProgram } from "./programs.ts";

const readyTimeoutMs = 20_000;
const maxPortAttempts = 5;
/** Tells our registry from another one that took the same port a moment earlier. */
const instanceHeader = "x-registry-instance";

export interface RegistryOptions {
  /** Where images are kept; a temporary folder, removed by `stop`, unless given. */
  rootDir?: string;
  /** 0 or absent: a free one. */
  port?: number;
  /** Whether manifests and blobs may be deleted; true unless told otherwise. */
  deleteEnabled?: boolean;
  htpasswd?: { username: string; password: string };
  /** PEM texts. */
  tls?: { cert: string; key: string };
  /** Turns the access log on and appends it to this file. */
  logPath?: string;
}

export interface RegistryServer {
  /** `127.0.0.1:PORT` */
  host: string;
  url: string;
  pid: number;
  stop(): Promise<void>;
  /** The lines of the access log so far, in Apache's combined format; none without `logPath`. */
  accessLog(): Promise<string[]>;
}

/**
 * Starts a `distribution` registry on loopback and waits until it answers.
 * @throws MissingProgramError when the program cannot be had; Error with the registry's own words when it does not start
 */
export async function startRegistry(options: RegistryOptions = {}): Promise<RegistryServer> {
  const fixedPort = options.port !== undefined && options.port !== 0 ? options.port : null;
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnPort(options, fixedPort ?? (await findFreePort()));
    } catch (error) {
      // Between asking for a free port and using it, someone else may have taken it.
      const taken = String(error).includes("address already in use");
      if (!taken || fixedPort !== null || attempt === maxPortAttempts) throw error;
    }
  }
}

async function startOnPort(options: RegistryOptions, port: number): Promise<RegistryServer> {
  const program = await findProgram("docker-registry");
  const stateDir = await mkdtemp(join(tmpdir(), "drayage-registry-"));
  const host = `127.0.0.1:${port}`;
  const url = `${options.tls === undefined ? "http" : "https"}://${host}`;
  const instance = randomBytes(8).toString("hex");
  const configPath = join(stateDir, "config.yml");
  // JSON is YAML.
  await writeFile(configPath, JSON.stringify(await buildConfig(options, host, instance, stateDir)));

  const accessLogPath = options.logPath ?? join(stateDir, "access.log");
  const errorLogPath = join(stateDir, "error.log");
  await mkdir(dirname(accessLogPath), { recursive: true });
  const [stdout, stderr] = [await open(accessLogPath, "a"), await open(errorLogPath, "a")];
  const child = spawnServer(program, ["serve", configPath], { stdoutFd: stdout.fd, stderrFd: stderr.fd });
  await Promise.all([stdout.close(), stderr.close()]);

  const stop = async () => {
    await stopChild(child);
    await rm(stateDir, { recursive: true, force: true });
  };
  try {
    const deadline = Date.now() + readyTimeoutMs;
    while ((await askInstance(`${url}/v2/`)) !== instance) {
      if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
        throw new Error(`docker-registry did not start on ${host}: ${await readFile(errorLogPath, "utf8")}`);
      }
      await sleep(30);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const accessLog = async () =>
    options.logPath === undefined ? [] : (await readFile(accessLogPath, "utf8")).split("\n").filter(Boolean);
  return { host, url, pid: child.pid ?? 0, stop, accessLog };
}

async function buildConfig(options: RegistryOptions, host: string, instance: string, stateDir: string) {
  const write = async (name: string, text: string) => {
    const path = join(stateDir, name);
    await writeFile(path, text, { mode: 0o600 });
    return path;
  };
  const tls = options.tls && {
    certificate: await write("cert.pem", options.tls.cert),
    key: await write("key.pem", options.tls.key),
  };
  const htpasswd = options.htpasswd && {
    realm: "registry",
    path: await write("htpasswd", await buildHtpasswd(options.htpasswd)),
  };
  return {
    version: "0.1",
    // One line per request costs a tenth of the throughput: only who asks for it pays.
    log: { level: "error", accesslog: { disabled: options.logPath === undefined } },
    storage: {
      filesystem: { rootdirectory: options.rootDir ?? join(stateDir, "storage") },
      cache: { blobdescriptor: "inmemory" },
      delete: { enabled: options.deleteEnabled ?? true },
    },
    http: {
      addr: host,
      secret: randomBytes(16).toString("hex"),
      headers: { [instanceHeader]: [instance], "X-Content-Type-Options": ["nosniff"] },
      ...(tls && { tls }),
    },
    ...(htpasswd && { auth: { htpasswd } }),
  };
}

async function buildHtpasswd({
  username,
  password,
}: {
  username: string;
  password: string;
}): Promise<string> {
  // distribution knows bcrypt alone. Loaded when used: the demo runs without it.
  const { hash } = await import("bcryptjs");
  return `${username}:${await hash(password, 5)}\n`;
}

/** Which registry answers at the address; null while none does. A registry that wants a sign-in answers, too. */
function askInstance(url: string): Promise<string | null> {
  return new Promise((resolve) => {
    const options = { timeout: 2_000, agent: false, rejectUnauthorized: false };
    const request = (url.startsWith("https:") ? httpsRequest : httpRequest)(url, options, (response) => {
      response.resume();
      resolve(response.headers[instanceHeader]?.toString() ?? null);
    });
    request.once("timeout", () => request.destroy());
    request.once("error", () => {
      resolve(null);
    });
    request.once("close", () => {
      resolve(null);
    });
    request.end();
  });
}
