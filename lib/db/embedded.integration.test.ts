import { type ChildProcess, spawn } from "node:child_process";
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type EmbeddedDatabase, findEmbedded, startEmbedded, stopEmbedded } from "./embedded.ts";
import { findPostmaster, isAlive, parsePostmasterFile } from "./embedded/postmaster.ts";

let parent: string;
let dataDir: string;
const opened: EmbeddedDatabase[] = [];
const children: ChildProcess[] = [];

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "drayage-embedded-"));
  await chmod(parent, 0o755);
  dataDir = join(parent, "data");
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  for (const database of opened.splice(0)) await database.stop();
  await stopEmbedded(dataDir);
  await rm(parent, { recursive: true, force: true });
});

async function start(): Promise<EmbeddedDatabase> {
  const database = await startEmbedded(dataDir);
  opened.push(database);
  return database;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** A launcher of its own: starts the database, says so, and stays. */
async function spawnLauncher(): Promise<ChildProcess> {
  const script = `
    const { startEmbedded } = await import("#lib/db/embedded.ts");
    await startEmbedded(${JSON.stringify(dataDir)});
    console.log("up");`;
  const child = spawn(
    process.execPath,
    ["--conditions=react-server", "--input-type=module", "--eval", script],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  children.push(child);
  await new Promise((up) => child.stdout.once("data", up));
  return child;
}

async function getPid(): Promise<number> {
  const postmaster = await findPostmaster(join(dataDir, "postgres", "data"));
  if (postmaster === null) throw new Error("no server runs");
  return postmaster.pid;
}

const insert = "CREATE TABLE kept AS SELECT 42 AS answer";
const select = "SELECT answer FROM kept";
const kept = [{ answer: 42 }];

describe("the embedded database", () => {
  test("is closed to others: password, scram, 0600 and 0700, no network, and its role is no superuser", async () => {
    const { url, adminUrl, adopted } = await start();
    expect(adopted).toBe(false);
    const root = join(dataDir, "postgres");
    expect((await stat(join(root, "password"))).mode & 0o777).toBe(0o600);
    expect((await stat(join(root, "data"))).mode & 0o777).toBe(0o700);
    expect((await stat(join(root, "socket"))).mode & 0o777).toBe(0o700);
    expect(await query(adminUrl, "SHOW listen_addresses")).toEqual([{ listen_addresses: "" }]);
    expect(await query(adminUrl, "SELECT DISTINCT auth_method FROM pg_hba_file_rules")).toEqual([
      { auth_method: "scram-sha-256" },
    ]);
    const wrong = Object.assign(new URL(url), { password: "wrong" }).href;
    await expect(query(wrong, "SELECT 1")).rejects.toThrow("password authentication failed");
    const role =
      "SELECT current_user AS role, current_setting('is_superuser') AS super, current_setting('TimeZone') AS zone";
    expect(await query(url, role)).toEqual([{ role: "drayage", super: "off", zone: "UTC" }]);
    expect(await query(url, "SELECT upper('é') AS letter")).toEqual([{ letter: "É" }]);
  });

  test("keeps its data and its address over a stop", async () => {
    const first = await start();
    await query(first.url, insert);
    await opened.pop()?.stop();
    expect(await findEmbedded(dataDir)).toBeNull();
    const second = await start();
    expect(second.url).toBe(first.url);
    expect(await query(second.url, select)).toEqual(kept);
    expect(await findEmbedded(dataDir)).toBe(second.url);
  });

  test("is taken over, still running, when its launcher was killed", async () => {
    const launcher = await spawnLauncher();
    const url = (await findEmbedded(dataDir)) ?? "";
    await query(url, insert);
    const pid = await getPid();
    launcher.kill("SIGKILL");
    const database = await start();
    expect(database.adopted).toBe(true);
    expect(await getPid()).toBe(pid);
    expect(await query(database.url, select)).toEqual(kept);
    await opened.pop()?.stop();
    expect(isAlive(pid)).toBe(false);
  });

  test("a second launcher on the same folder is refused, and the first goes on", async () => {
    const launcher = await spawnLauncher();
    await expect(startEmbedded(dataDir)).rejects.toThrow(
      `Another Drayage (process ${launcher.pid}) already runs on this data folder.`,
    );
    expect(await query((await findEmbedded(dataDir)) ?? "", "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });

  test("comes back by itself when it is killed, with what was committed", async () => {
    const { url } = await start();
    await query(url, insert);
    const busy = query(url, "SELECT pg_sleep(60)").catch(() => "lost");
    const pid = await getPid();
    process.kill(pid, "SIGKILL");
    await expect.poll(() => query(url, select).catch(() => null), { timeout: 30_000 }).toEqual(kept);
    expect(await getPid()).not.toBe(pid);
    expect(await busy).toBe("lost");
  });

  test("starts after server and launcher were killed at once", async () => {
    const launcher = await spawnLauncher();
    const url = (await findEmbedded(dataDir)) ?? "";
    await query(url, insert);
    const busy = query(url, "SELECT pg_sleep(60)").catch(() => "lost");
    launcher.kill("SIGKILL");
    process.kill(await getPid(), "SIGKILL");
    const database = await start();
    expect(database.adopted).toBe(false);
    expect(await query(database.url, select)).toEqual(kept);
    expect(await busy).toBe("lost");
  });

  test("starts when the process id of a killed server belongs to another program now", async () => {
    const { url } = await start();
    await query(url, insert);
    const pidFile = join(dataDir, "postgres", "data", "postmaster.pid");
    const left = await readFile(pidFile, "utf8");
    await opened.pop()?.stop();
    await writeFile(pidFile, left.replace(/^\d+/, String(process.pid)));
    expect(await query((await start()).url, select)).toEqual(kept);
  });

  test("starts in a folder that only root may enter, and where a start was killed in its first moments", async () => {
    await chmod(parent, 0o700);
    const launcher = spawn(
      process.execPath,
      [
        "--conditions=react-server",
        "--input-type=module",
        "--eval",
        `await (await import("#lib/db/embedded.ts")).startEmbedded(${JSON.stringify(dataDir)})`,
      ],
      { stdio: "ignore" },
    );
    children.push(launcher);
    const root = join(dataDir, "postgres");
    const hasDraft = async () =>
      (await readdir(root).catch(() => [])).some((name) => /^data\.new-\d+$/.test(name));
    await expect.poll(hasDraft, { timeout: 20_000, interval: 5 }).toBe(true);
    launcher.kill("SIGKILL");
    const { url } = await start();
    expect(await query(url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    await expect.poll(() => readdir(root)).not.toContain(`data.new-${launcher.pid}`);
  });

  test("listens on loopback where the path of a socket would be too long", async () => {
    dataDir = join(parent, "a".repeat(60), "data");
    const { url, adminUrl } = await start();
    expect(new URL(url).hostname).toBe("127.0.0.1");
    expect(await query(adminUrl, "SHOW listen_addresses")).toEqual([{ listen_addresses: "127.0.0.1" }]);
    await query(url, insert);
    process.kill(await getPid(), "SIGKILL");
    await expect.poll(() => query(url, select).catch(() => null), { timeout: 30_000 }).toEqual(kept);
  });
});

test("postmaster.pid is read with care", () => {
  const lines = ["123", "/data", "1700000000", "5432", "/run", "", "5 6", "ready"];
  expect(parsePostmasterFile(lines.join("\n"))).toEqual({ pid: 123, host: "/run", port: 5432 });
  expect(parsePostmasterFile(lines.with(4, "").with(5, "127.0.0.1").join("\n"))?.host).toBe("127.0.0.1");
  for (const text of ["", "123", "x\ny\nz\n1\n/run", lines.with(4, "").join("\n")]) {
    expect(parsePostmasterFile(text)).toBeNull();
  }
});
