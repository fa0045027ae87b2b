import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

export interface ChildOptions {
  name: string;
  /** Arguments of Node. */
  args: string[];
  env: NodeJS.ProcessEnv;
  /** Speaks to the person at the terminal. */
  say: (sentence: string) => void;
  /** Aborted when all is to stop: a process that ends then is not started again. */
  signal: AbortSignal;
}

export interface Child {
  /** Resolves when the process has said that it is ready; rejects when it ends before that. */
  ready: Promise<void>;
  /** Ends the process: in order, and by force after a while. */
  stop(): Promise<void>;
}

const backoffMs = { first: 500, longest: 30_000 };
/** A process that ran this long is not in a crash loop. */
const steadyMs = 60_000;
const graceMs = 15_000;

/**
 * Keeps a Node process running until `stop`: one that crashes is started again, ever later. It has a channel to us, whose
 * end tells it that we are gone, so it outlives nobody.
 */
export function keepRunning({ name, args, env, say, signal }: ChildOptions): Child {
  const stopping = new AbortController();
  const stopped = AbortSignal.any([stopping.signal, signal]);
  const isStopping = () => stopped.aborted;
  let child: ChildProcess | undefined;
  let isReady = false;
  const { promise: ready, resolve, reject } = Promise.withResolvers<undefined>();

  const run = async () => {
    let waitMs = backoffMs.first;
    while (!isStopping()) {
      const startedAt = Date.now();
      child = spawn(process.execPath, args, { env, stdio: ["ignore", "inherit", "inherit", "ipc"] });
      child.once("message", () => {
        isReady = true;
        resolve(undefined);
      });
      const how = await ended(child);
      if (isStopping()) return;
      if (!isReady) {
        reject(new Error(`The ${name} did not start (${how}).`));
        return;
      }
      if (Date.now() - startedAt > steadyMs) waitMs = backoffMs.first;
      // Ctrl-C goes to the children, too, who may be quicker than we are.
      await sleep(waitMs, undefined, { signal: stopped }).catch(() => undefined);
      if (isStopping()) return;
      say(`The ${name} ended (${how}); starting it again.`);
      waitMs = Math.min(waitMs * 2, backoffMs.longest);
    }
  };
  const running = run();
  // Who is told to stop while it starts does not wait for it any more.
  ready.catch(() => undefined);

  return {
    ready,
    async stop() {
      stopping.abort();
      reject(stopping.signal.reason);
      child?.kill("SIGTERM");
      const force = setTimeout(() => child?.kill("SIGKILL"), graceMs);
      await running;
      clearTimeout(force);
    },
  };
}

function ended(child: ChildProcess): Promise<string> {
  return new Promise((done) => {
    child.once("error", (error) => {
      done(error.message);
    });
    child.once("exit", (code, signal) => {
      done(signal ?? `exit code ${code}`);
    });
  });
}
