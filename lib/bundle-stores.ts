import "server-only";
import { randomUUID } from "node:crypto";
import { access, constants, mkdir, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { type BundleDir, env } from "./env.ts";
import { logger } from "./logger.ts";
import { storagePath } from "./storage.ts";

/** Says which store a folder is, whatever path leads to it: several machines may hold one. */
const idFileName = ".drayage-store";
const ownStoreName = "data";
const idAttempts = 10;
const idPauseMs = 50;

/** A folder for bundles that this process can read and write. */
export interface HeldStore {
  readonly id: string;
  readonly name: string;
  readonly path: string;
}

/** What was said of a folder last, so that a disk that is not plugged in is told once and not every few seconds. */
const told = new Map<string, string>();

/** The stores that this process holds now: the folders of BUNDLE_DIRS that are there, and the panel's own. */
export async function listHeldStores(): Promise<HeldStore[]> {
  const own = { name: ownStoreName, path: storagePath("bundles") };
  await mkdir(own.path, { recursive: true, mode: 0o700 }).catch(() => undefined);
  const found = await Promise.all([own, ...(env.BUNDLE_DIRS ?? [])].map(openStore));
  // One folder may be reached by two paths.
  return [...new Map(found.flatMap((store) => (store ? [[store.id, store]] : []))).values()];
}

export async function findHeldStore(id: string): Promise<HeldStore | null> {
  return (await listHeldStores()).find((store) => store.id === id) ?? null;
}

async function openStore({ name, path }: BundleDir): Promise<HeldStore | null> {
  try {
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
    const id = await readOrCreateId(join(path, idFileName));
    tell(path, "held");
    return { id, name, path };
  } catch (error) {
    tell(path, error instanceof Error ? error.message : "unknown");
    return null;
  }
}

/** Disks that are carried know no links, so a file that appears whole cannot be had: whoever comes second waits. */
async function readOrCreateId(path: string): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    await createId(path);
    const id = z.uuid().safeParse((await readFile(path, "utf8")).trim());
    if (id.success) return id.data;
    if (attempt === idAttempts) throw new Error(`${path} does not hold an id; remove it to have one made`);
    await sleep(idPauseMs);
  }
}

async function createId(path: string): Promise<void> {
  try {
    const handle = await open(path, "wx");
    await handle.writeFile(`${randomUUID()}\n`).finally(() => handle.close());
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}

function tell(path: string, state: string): void {
  const before = told.get(path);
  told.set(path, state);
  if (before === state) return;
  if (state !== "held") logger.warn({ path, reason: state }, "a folder for bundles cannot be used");
  else if (before !== undefined) logger.info({ path }, "a folder for bundles can be used again");
}
