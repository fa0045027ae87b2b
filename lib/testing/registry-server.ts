import { randomBytes, X509Certificate } from "node:crypto";
import { mkdir, mkdtemp, open, readFile, rm } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect as connectTls } from "node:tls";
import { findFreePort } from "#lib/free-port.ts";
import { spawnServer, stopChild } from "./child-process.ts";
import { findProgram } from "./programs.ts";
import { instanceHeader, type RegistryBehaviour, writeRegistryConfig } from "./registry-config.ts";

const readyTimeoutMs = 20_000;
const probeTimeoutMs = 2_000;
const maxPortAttempts = 5;

export interface RegistryOptions extends RegistryBehaviour {
  /** 0 or absent: a free one. */
  port?: number;
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
  const configPath = await writeRegistryConfig(options, { host, instance, stateDir });
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
    while (!(await isUp(options, url, instance))) {
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

/** Whether it is our registry that answers there. */
async function isUp({ tls }: RegistryOptions, url: string, instance: string): Promise<boolean> {
  // Without a client's certificate no request gets through, but the server shows its own first.
  if (tls?.clientCa !== undefined)
    return (await askCertificate(url)) === new X509Certificate(tls.cert).fingerprint256;
  return (await askInstance(`${url}/v2/`)) === instance;
}

/** Which registry answers at the address; null while none does. A registry that wants a sign-in answers, too. */
function askInstance(url: string): Promise<string | null> {
  return new Promise((resolve) => {
    const options = { timeout: probeTimeoutMs, agent: false, rejectUnauthorized: false };
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

function askCertificate(url: string): Promise<string | null> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connectTls(
      { host: hostname, port: Number(port), timeout: probeTimeoutMs, rejectUnauthorized: false },
      () => {
        resolve(socket.getPeerX509Certificate()?.fingerprint256 ?? null);
        socket.destroy();
      },
    );
    socket.once("timeout", () => socket.destroy());
    socket.once("error", () => {
      resolve(null);
    });
    socket.once("close", () => {
      resolve(null);
    });
  });
}
