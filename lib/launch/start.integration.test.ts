import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { findEmbedded, stopEmbedded } from "#lib/db/embedded.ts";
import { isAlive } from "#lib/db/embedded/postmaster.ts";
import { findFreePort } from "#lib/free-port.ts";
import { buildPanel } from "./build.ts";

const buildTimeoutMs = 300_000;
let dir: string;
let port: number;
const launchers: ChildProcess[] = [];

// Tests of starting should not wait for the build that the first of them would make.
beforeAll(() => buildPanel(() => undefined, AbortSignal.timeout(buildTimeoutMs)), buildTimeoutMs);

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "drayage-launch-"));
  port = await findFreePort();
});

afterEach(async () => {
  for (const launcher of launchers.splice(0)) launcher.kill("SIGKILL");
  await stopEmbedded(dir);
  await rm(dir, { recursive: true, force: true });
});

interface Launched {
  process: ChildProcess;
  printed: () => string;
  /** Waits until the launcher has printed this. */
  says: (pattern: RegExp) => Promise<string>;
}

function launch(environment: Readonly<Record<string, string>> = {}): Launched {
  let printed = "";
  const child = spawn(process.execPath, ["--conditions=react-server", "lib/launch/start.ts"], {
    env: {
      ...process.env,
      NODE_ENV: "production",
      DATA_DIR: dir,
      HOST: "127.0.0.1",
      PORT: String(port),
      LOG_LEVEL: "error",
      DATABASE_URL: "",
      PUBLIC_URL: "",
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  }
  launchers.push(child);
  const says = async (pattern: RegExp) => {
    await expect.poll(() => printed, { timeout: 60_000 }).toMatch(pattern);
    return pattern.exec(printed)?.[0] ?? "";
  };
  return { process: child, printed: () => printed, says };
}

const setupLink = /http\S+\/setup\?token=\S+/;

async function occupy(wanted: number): Promise<Server> {
  const server = createServer().listen(wanted, "127.0.0.1");
  await once(server, "listening");
  return server;
}

/** Those of the launcher's children that are ours: web server and worker. */
async function listChildren(pid: number): Promise<number[]> {
  const pids = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  const numbers = pids.trim().split(" ").map(Number);
  const commands = await Promise.all(numbers.map((each) => readFile(`/proc/${each}/cmdline`, "utf8")));
  return numbers.filter((_, index) => /launch\/web|worker\/main/.test(commands[index] ?? ""));
}

const answers = async (url: string) => (await fetch(url, { redirect: "manual" }).catch(() => null))?.status;

describe("npm start", () => {
  test("prints the set-up link, mends what crashes, and leaves nothing behind when it is stopped", async () => {
    const { process: launcher, says } = launch();
    const link = await says(setupLink);
    expect(link).toContain(`http://localhost:${port}/setup`);
    expect(await answers(link)).toBe(200);
    // It must not be the server that ends an idle connection just when a proxy sends over it.
    expect((await fetch(link)).headers.get("keep-alive")).toBe("timeout=75");
    const children = await listChildren(launcher.pid ?? 0);
    expect(children).toHaveLength(2);
    for (const pid of children) process.kill(pid, "SIGKILL");
    await says(/The web server ended \(SIGKILL\); starting it again\./);
    await says(/The worker ended \(SIGKILL\); starting it again\./);
    await expect.poll(() => answers(link), { timeout: 30_000 }).toBe(200);
    const ended = once(launcher, "exit");
    launcher.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
    expect(await answers(link)).toBeUndefined();
    expect(await findEmbedded(dir)).toBeNull();
  });

  test("killed, takes its processes along; a new start finds the data and makes a new link", async () => {
    const first = launch();
    const oldLink = await first.says(setupLink);
    const children = await listChildren(first.process.pid ?? 0);
    first.process.kill("SIGKILL");
    await expect.poll(() => children.filter(isAlive), { timeout: 20_000 }).toEqual([]);
    const second = launch();
    const link = await second.says(setupLink);
    expect(link).not.toBe(oldLink);
    expect(second.printed()).not.toContain("Database migrated");
    expect(await answers(link)).toBe(200);
  });

  test("says plainly that the port is taken, and stops what it had started", async () => {
    const other = await occupy(port);
    try {
      const { process: launcher, printed } = launch();
      const [code] = (await once(launcher, "exit")) as [number];
      expect(code).toBe(1);
      expect(printed()).toContain(
        `The panel cannot listen on 127.0.0.1:${port}: another program uses it: set PORT to a free one.`,
      );
      expect(await findEmbedded(dir)).toBeNull();
    } finally {
      other.close();
    }
  });

  test("names every variable that is wrong", async () => {
    const { process: launcher, printed } = launch({ PUBLIC_URL: "panel", LOG_LEVEL: "loud" });
    const [code] = (await once(launcher, "exit")) as [number];
    expect(code).toBe(1);
    expect(printed()).toMatch(/PUBLIC_URL: must be an http/);
    expect(printed()).toMatch(/LOG_LEVEL: /);
    expect(printed()).not.toContain("    at ");
  });

  test("warns of plain HTTP beyond this machine", async () => {
    const { says } = launch({ HOST: "0.0.0.0" });
    await says(/Warning: the panel listens on 0\.0\.0\.0 without TLS/);
    await says(setupLink);
  });
});
