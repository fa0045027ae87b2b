import { mkdir, open, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runProgram, spawnServer, stopChild } from "./child-process.ts";
import { findProgram } from "./programs.ts";

const readyTimeoutMs = 20_000;

export interface Containerd {
  /** Runs `ctr` with it. @returns its standard output */
  ctr(...args: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts a containerd of one's own, whose socket may be used by whoever runs the tests.
 *
 * @param home a folder that is not there yet
 * @throws MissingProgramError
 */
export async function startContainerd(home: string): Promise<Containerd> {
  const [program, client] = await Promise.all([findProgram("containerd"), findProgram("ctr")]);
  const address = join(home, "containerd.sock");
  await mkdir(home);
  const owner = `uid = ${process.getuid?.() ?? 0}\ngid = ${process.getgid?.() ?? 0}\n`;
  const config = join(home, "config.toml");
  await writeFile(
    config,
    `version = 2\nroot = "${home}/root"\nstate = "${home}/state"\n` +
      'disabled_plugins = ["io.containerd.grpc.v1.cri"]\n' +
      `[grpc]\naddress = "${address}"\n${owner}[ttrpc]\naddress = "${address}.ttrpc"\n${owner}`,
  );
  const log = await open(join(home, "log"), "a");
  const server = spawnServer(program, ["--config", config], { stdoutFd: log.fd, stderrFd: log.fd });
  await log.close();
  const ctr = async (...args: readonly string[]) =>
    (await runProgram(client, ["--address", address, ...args])).stdout;
  const deadline = Date.now() + readyTimeoutMs;
  for (;;) {
    const failure = await ctr("version").then(
      () => null,
      (error: unknown) => error,
    );
    if (failure === null) return { ctr, stop: () => stopChild(server) };
    if (server.exitCode !== null || Date.now() > deadline) {
      await stopChild(server);
      throw new Error(await readFile(join(home, "log"), "utf8"), { cause: failure });
    }
    await sleep(100);
  }
}
