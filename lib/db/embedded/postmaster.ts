import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { readFile, readlink, realpath, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

/** A running server, as its postmaster.pid tells. */
export interface Postmaster {
  pid: number;
  /** The folder of its socket, or an address. */
  host: string;
  port: number;
}

/** `postmaster.pid`: process id, data folder, start time, port, socket folder, listen address, shared memory, status. */
export function parsePostmasterFile(text: string): Postmaster | null {
  const lines = text.split("\n").map((line) => line.trim());
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  const host = (lines[4] ?? "") === "" ? lines[5] : lines[4];
  if (!Number.isInteger(pid) || pid <= 0 || !Number.isInteger(port) || port <= 0) return null;
  return host === undefined || host === "" ? null : { pid, host, port };
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EPERM")) return false;
  }
  return !isZombie(pid);
}

/** Ended, but still in the process table because the parent does not look: usual in containers without an init. */
function isZombie(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}

/** The server that runs on a data folder, or null. */
export async function findPostmaster(data: string): Promise<Postmaster | null> {
  const path = join(data, "postmaster.pid");
  const text = await readFile(path, "utf8").catch(() => null);
  if (text === null) return null;
  const postmaster = parsePostmasterFile(text);
  return postmaster !== null && (await isPostmasterOf(postmaster.pid, data)) ? postmaster : null;
}

/**
 * Removes a postmaster.pid whose process is not a server of this folder. PostgreSQL itself would refuse to start when
 * the number belongs to another program now, as is usual after a container was killed.
 */
export async function removeStaleFile(data: string): Promise<void> {
  const path = join(data, "postmaster.pid");
  const text = await readFile(path, "utf8").catch(() => null);
  const pid = Number.parseInt(text ?? "");
  if (pid > 0 && !(await isPostmasterOf(pid, data))) await rm(path, { force: true });
}

async function isPostmasterOf(pid: number, data: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  try {
    // Every PostgreSQL process works in its data folder.
    if (process.platform === "linux") return (await readlink(`/proc/${pid}/cwd`)) === (await realpath(data));
    const { stdout } = await promisify(execFile)("ps", ["-p", String(pid), "-o", "comm="]);
    return stdout.trim().endsWith("postgres");
  } catch {
    // Not ours to look at: leave the verdict to PostgreSQL.
    return isAlive(pid);
  }
}

/** Fast shutdown (sessions are ended, nothing is lost); an immediate one when it takes too long. */
export async function stopPostmaster(pid: number, graceMs = 30_000): Promise<void> {
  for (const signal of ["SIGINT", "SIGQUIT", "SIGKILL"] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    const deadline = Date.now() + graceMs;
    while (Date.now() < deadline) {
      if (!isAlive(pid)) return;
      await sleep(20);
    }
  }
}
