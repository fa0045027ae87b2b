import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../cli/main.ts", import.meta.url));

/** How a command ended. */
export interface EndedCommand {
  /** Null when a signal has ended it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly child: ChildProcess;
  readonly ended: Promise<EndedCommand>;
}

/**
 * Starts `drayage` as a process of its own.
 *
 * @param launcher a program and its arguments that starts it, such as a shell that sets a limit
 */
export function startDrayage(args: readonly string[], launcher: readonly string[] = []): RunningCommand {
  const [command = process.execPath, ...rest] = [...launcher, process.execPath, program, ...args];
  const child = spawn(command, rest, { stdio: ["ignore", "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()));
  const ended = once(child, "close").then((): EndedCommand => ({ status: child.exitCode, ...output }));
  return { child, ended };
}

export function runDrayage(...args: readonly string[]): Promise<EndedCommand> {
  return startDrayage(args).ended;
}

/** What `--json` has printed. */
export function reportOf({ stdout, stderr }: EndedCommand): Record<string, unknown> {
  const line = stdout.trimEnd().split("\n").at(-1) ?? "";
  if (line === "") throw new Error(`no report: ${stderr}`);
  return JSON.parse(line) as Record<string, unknown>;
}
