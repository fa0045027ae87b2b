import { randomUUID } from "node:crypto";
import { open, readFile, rm, stat, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { bundleError } from "./bundle-error.ts";
import { lockName, onDisk } from "./export-folder.ts";

const defaultBeatMs = 5_000;
/** Without a beat for so long, its owner is taken for gone. */
const staleMs = 30_000;
/** So many beats one on the same machine does not miss, whatever its disk is busy with. */
const patientBeats = 2.2;
/** Far longer than it takes to remove a lock that was found stale. */
const settleMs = 100;

/** The right to write to a folder: one process has it at a time, on whichever machine. */
export interface ExportLock {
  release(): Promise<void>;
}

/** Locks of this process, as they are written. */
const held = new Set<string>();

/**
 * @param options.beatMs how often a lock tells that its owner is alive; the same for all who want it
 * @throws EngineError `export-in-use`
 */
export async function lockFolder(
  folder: string,
  { beatMs = defaultBeatMs }: { readonly beatMs?: number } = {},
): Promise<ExportLock> {
  const path = join(folder, lockName);
  const own = `${hostname()} ${process.pid} ${randomUUID()}\n`;
  const take = () => onDisk("write-file", lockName, () => tryCreate(path, own));
  if (!(await take()) && !((await isStale(path, beatMs)) && (await takeOver(path, own, take)))) {
    throw bundleError("export-in-use", { operation: "write-file", file: path });
  }
  held.add(own);
  const beat = setInterval(() => {
    const now = new Date();
    // A beat that fails is followed by the next; a disk that is gone is told by whoever writes.
    utimes(path, now, now).catch(() => undefined);
  }, beatMs);
  beat.unref();
  return {
    async release() {
      clearInterval(beat);
      held.delete(own);
      // After a long pause it may be another's.
      if (await isOwn(path, own)) await rm(path, { force: true });
    },
  };
}

/** Several may find a lock stale at once, and one of them may then remove what another has just made. */
async function takeOver(path: string, own: string, take: () => Promise<boolean>): Promise<boolean> {
  await rm(path, { force: true });
  if (!(await take())) return false;
  await sleep(settleMs);
  return isOwn(path, own);
}

async function isOwn(path: string, own: string): Promise<boolean> {
  return (await readFile(path, "utf8").catch(() => null)) === own;
}

async function tryCreate(path: string, content: string): Promise<boolean> {
  try {
    const handle = await open(path, "wx");
    try {
      await handle.writeFile(content);
    } catch (error) {
      // A full disk takes the name and not the content: a lock of nobody would keep everybody out for a while.
      await rm(path, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

async function isStale(path: string, beatMs: number): Promise<boolean> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, "utf8"), stat(path)]);
    const [host, pid] = text.trim().split(" ");
    if (host === hostname()) {
      if (!isAlive(Number(pid))) return true;
      if (Number(pid) === process.pid && !held.has(text)) return await hasEnded(path, mtimeMs, beatMs);
    }
    return Date.now() - mtimeMs > staleMs;
  } catch {
    // Given back meanwhile.
    return true;
  }
}

/**
 * Of one that was called as this process is: in a container that was started again it was the one before, in another
 * container of the same name it may be alive. Only its next beat tells.
 */
async function hasEnded(path: string, beatAtMs: number, beatMs: number): Promise<boolean> {
  const waitMs = beatAtMs + patientBeats * beatMs - Date.now();
  await sleep(Math.min(Math.max(0, waitMs), patientBeats * beatMs));
  return (await stat(path)).mtimeMs === beatAtMs;
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Alive, but another user's.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
