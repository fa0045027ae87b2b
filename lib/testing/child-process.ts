import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { promisify } from "node:util";

/** A program on disk and what its process needs in its environment beside our own. */
export interface Program {
  path: string;
  env: Readonly<Record<string, string>>;
  /** Before all other arguments, whatever it is run for. */
  args?: readonly string[];
}

const setprivPath = "/usr/bin/setpriv";
const servers = new Set<ChildProcess>();
let exitHookInstalled = false;

/**
 * Starts a server as a child that does not outlive this process: on Linux the kernel ends it even if we are killed,
 * elsewhere an exit hook does, which SIGKILL skips.
 */
export function spawnServer(
  program: Program,
  args: readonly string[],
  output: { stdoutFd: number; stderrFd: number },
): ChildProcess {
  const bound = process.platform === "linux" && existsSync(setprivPath);
  const [command, commandArgs] = bound
    ? [setprivPath, ["--pdeathsig", "TERM", program.path, ...(program.args ?? []), ...args]]
    : [program.path, [...(program.args ?? []), ...args]];
  const child = spawn(command, commandArgs, {
    env: { ...process.env, ...program.env },
    stdio: ["ignore", output.stdoutFd, output.stderrFd],
  });
  servers.add(child);
  child.once("exit", () => servers.delete(child));
  if (!exitHookInstalled) {
    exitHookInstalled = true;
    process.once("exit", () => {
      for (const each of servers) each.kill("SIGTERM");
    });
  }
  return child;
}

/** Ends a child with SIGTERM, and with SIGKILL if it has not gone after `graceMs`. */
export async function stopChild(child: ChildProcess, graceMs = 5_000): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
  await gone;
  clearTimeout(timer);
}

export interface RunOptions {
  timeoutMs?: number;
  cwd?: string;
  env?: Readonly<Record<string, string>>;
}

/** Runs a program to its end. Rejects, with its standard error in the message, when it fails or takes too long. */
export async function runProgram(
  program: Program,
  args: readonly string[],
  { timeoutMs = 60_000, cwd, env }: RunOptions = {},
): Promise<{ stdout: string; stderr: string }> {
  const running = promisify(execFile)(program.path, [...(program.args ?? []), ...args], {
    cwd,
    env: { ...process.env, ...program.env, ...env },
    timeout: timeoutMs,
    killSignal: "SIGKILL",
    maxBuffer: 64 * 1024 * 1024,
  });
  // A program that reads its standard input is not to wait for one.
  running.child.stdin?.end();
  return running;
}
