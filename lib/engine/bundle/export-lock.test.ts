import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { lockName } from "./export-folder.ts";
import { lockFolder } from "./export-lock.ts";

let dir: string;
let path: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "drayage-lock-"));
  path = join(dir, lockName);
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** A process that is there, and one that is gone. */
async function startProcess() {
  const child = spawn(process.execPath, ["-e", "setInterval(() => undefined, 1000)"]);
  await once(child, "spawn");
  return {
    pid: child.pid ?? 0,
    async end() {
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

const age = (seconds: number) => {
  const then = new Date(Date.now() - seconds * 1000);
  return utimes(path, then, then);
};

describe("the lock of a folder", () => {
  test("is one's own until it is given back", async () => {
    const lock = await lockFolder(dir);
    await expect(lockFolder(dir)).rejects.toMatchObject({
      code: "export-in-use",
      facts: { retryable: false },
    });
    await lock.release();
    expect(await readdir(dir)).toEqual([]);
    await (await lockFolder(dir)).release();
  });

  test("is held by a process that lives, and falls to the next when that has died", async () => {
    const other = await startProcess();
    await writeFile(path, `${hostname()} ${other.pid}\n`);
    await expect(lockFolder(dir)).rejects.toMatchObject({ code: "export-in-use" });
    await other.end();
    const lock = await lockFolder(dir);
    expect(await readFile(path, "utf8")).toContain(`${hostname()} ${process.pid} `);
    await lock.release();
  });

  test("of another machine holds as long as it beats", async () => {
    await writeFile(path, "another-machine 1\n");
    await expect(lockFolder(dir)).rejects.toMatchObject({ code: "export-in-use" });
    await age(31);
    await (await lockFolder(dir)).release();
  });

  test("of the process that had this one's name before falls to this one as soon as it misses its beats", async () => {
    await writeFile(path, `${hostname()} ${process.pid} before\n`);
    const beat = setInterval(() => void age(0), 20);
    await expect(lockFolder(dir, { beatMs: 100 })).rejects.toMatchObject({ code: "export-in-use" });
    clearInterval(beat);
    const startedAt = Date.now();
    await (await lockFolder(dir, { beatMs: 100 })).release();
    expect(Date.now() - startedAt).toBeLessThan(5_000);
  });

  test("that is just being made is not taken away", async () => {
    await writeFile(path, "");
    await expect(lockFolder(dir)).rejects.toMatchObject({ code: "export-in-use" });
  });

  test("is one process's even if several want a stale one at once", async () => {
    await writeFile(path, "another-machine 1\n");
    await age(60);
    const wanted = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(dir)));
    const got = wanted.filter((each) => each.status === "fulfilled");
    expect(got).toHaveLength(1);
    await got[0]?.value.release();
  });

  test("is not given back by who has lost it to another", async () => {
    const lock = await lockFolder(dir);
    // As after a pause in which another took it for stale.
    await writeFile(path, "another-machine 7\n");
    await lock.release();
    expect(await readFile(path, "utf8")).toBe("another-machine 7\n");
  });
});
