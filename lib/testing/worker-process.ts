import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const mainPath = fileURLToPath(new URL("../worker/main.ts", import.meta.url));
// A machine that does much besides takes far longer than the second or two that it takes alone.
const readyTimeoutMs = 60_000;
const stopTimeoutMs = 20_000;

export interface WorkerProcess {
  /** Its row in the database. */
  id: string;
  pid: number;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
  /** Ends it in order. */
  stop(): Promise<void>;
  log(): Promise<string>;
}

/** Starts a worker as its own process and waits until it takes messages. It ends with this process. */
export async function startWorkerProcess(
  databaseUrl: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<WorkerProcess> {
  const dir = await mkdtemp(join(tmpdir(), "drayage-worker-"));
  const logPath = join(dir, "worker.log");
  const logFile = await open(logPath, "a");
  const child = fork(mainPath, [], {
    execArgv: ["--conditions=react-server"],
    stdio: ["ignore", logFile.fd, logFile.fd, "ipc"],
    env: { ...process.env, LOG_LEVEL: "info", ...environment, DATABASE_URL: databaseUrl },
  });
  await logFile.close();
  const gone = once(child, "exit");
  const log = () => readFile(logPath, "utf8");
  // `once` rejects when the program cannot be started at all.
  const failed = gone.then(async () => {
    throw new Error(`the worker did not start: ${await log()}`);
  });
  failed.catch(() => undefined);
  const ready = once(child, "message", { signal: AbortSignal.timeout(readyTimeoutMs) });
  const end = async (signal: "SIGKILL" | "SIGTERM") => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    const timer = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
    await gone;
    clearTimeout(timer);
  };
  const [message] = (await Promise.race([ready, failed]).catch(async (error: unknown) => {
    // Nobody knows of it: it would take what later tests send.
    await end("SIGKILL");
    throw error;
  })) as [{ id: string }];
  return {
    id: message.id,
    pid: child.pid ?? 0,
    kill: () => end("SIGKILL"),
    stop: async () => {
      await end("SIGTERM");
      if (child.exitCode !== 0) throw new Error(`the worker did not stop in order: ${await log()}`);
      await rm(dir, { recursive: true, force: true });
    },
    log,
  };
}
