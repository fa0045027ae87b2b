import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a command took, its children included. */
export interface Measurement {
  readonly seconds: number;
  /** User and system time. */
  readonly cpuSeconds: number;
  /** Peak resident memory of its largest process. */
  readonly peakBytes: number;
  readonly stdout: string;
}

const pollMs = 20;

/**
 * Runs a command to its end, timed by the shell's own `time`, so that start and end of the process count. Linux only:
 * memory is read from `/proc`.
 *
 * @throws Error with the command's last words when it fails
 */
export async function measureProcess(command: readonly string[]): Promise<Measurement> {
  const folder = await mkdtemp(join(tmpdir(), "drayage-bench-"));
  const timesPath = join(folder, "times");
  // The third descriptor keeps the command's own errors out of the file of times.
  const script = 'exec 3>&2; TIMEFORMAT="%R %U %S"; { time "$@" 2>&3; } 2>"$TIMES_PATH"';
  const child = spawn("bash", ["-c", script, "bash", ...command], {
    env: { ...process.env, TIMES_PATH: timesPath },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr = (stderr + text).slice(-4_000)));
  let peakBytes = 0;
  const poll = setInterval(() => {
    void findPeak(child.pid ?? 0).then((bytes) => (peakBytes = Math.max(peakBytes, bytes)));
  }, pollMs);
  try {
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject).once("close", resolve);
    });
    if (status !== 0) throw new Error(`${command.join(" ")}: status ${status}: ${stderr}`);
    const [seconds = 0, user = 0, system = 0] = (await readFile(timesPath, "utf8"))
      .trim()
      .split(" ")
      .map(Number);
    return { seconds, cpuSeconds: user + system, peakBytes, stdout };
  } finally {
    clearInterval(poll);
    await rm(folder, { recursive: true, force: true });
  }
}

/** The highest peak of a process and all below it; a process that has ended meanwhile counts as none. */
async function findPeak(pid: number): Promise<number> {
  try {
    const [status, children] = await Promise.all([
      readFile(`/proc/${pid}/status`, "utf8"),
      readFile(`/proc/${pid}/task/${pid}/children`, "utf8"),
    ]);
    const own = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
    const below = await Promise.all(children.trim().split(" ").filter(Boolean).map(Number).map(findPeak));
    return Math.max(own, ...below);
  } catch {
    return 0;
  }
}
