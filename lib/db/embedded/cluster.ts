import { execFile } from "node:child_process";
import { createHmac, randomBytes } from "node:crypto";
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { readOrCreateSecretFile } from "#lib/secret-file.ts";
import { EmbeddedDatabaseError } from "./errors.ts";
import { isAlive } from "./postmaster.ts";
import type { PostgresPrograms } from "./programs.ts";
import type { DatabaseUser } from "./system-user.ts";

const majorVersion = "18";
const draftPrefix = "data.new-";

export const superuser = "postgres";
/** Role and database of the panel: not a superuser, as in a database that somebody else runs. */
export const panelRole = "drayage";

/** Where the parts of an embedded database lie under DATA_DIR. */
export function clusterPaths(dataDir: string) {
  const root = join(dataDir, "postgres");
  return {
    root,
    data: join(root, "data"),
    socketDir: join(root, "socket"),
    password: join(root, "password"),
    log: join(root, "server.log"),
  };
}

export type ClusterPaths = ReturnType<typeof clusterPaths>;

/** What PostgreSQL finds in its environment: nothing of ours, which may hold secrets or PG* settings. */
export const serverEnvironment: NodeJS.ProcessEnv = {
  NODE_ENV: "production",
  PATH: "/usr/local/bin:/usr/bin:/bin",
  LC_ALL: "C",
  TZ: "UTC",
};

/** Makes the folders; as root they may be walked through by the database's user, but not listed. */
export async function prepareFolders(dataDir: string, paths: ClusterPaths): Promise<void> {
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700;
  for (const path of [dataDir, paths.root]) {
    await mkdir(path, { recursive: true, mode });
    if (mode === 0o711) await chmod(path, mode);
  }
}

export interface ClusterPasswords {
  superuser: string;
  panel: string;
}

export function derivePasswords(password: string): ClusterPasswords {
  const panel = createHmac("sha256", password).update(panelRole).digest("base64url");
  return { superuser: password, panel };
}

export function readOrCreatePasswords(paths: ClusterPaths): ClusterPasswords {
  const text = readOrCreateSecretFile(paths.password, () => `${randomBytes(24).toString("base64url")}\n`);
  return derivePasswords(text.trim());
}

/**
 * Runs initdb when there is no cluster yet. It works in a folder of its own that gets its name only when it is whole,
 * so that a start that was killed leaves nothing half-made, and of two at once one wins.
 */
export async function ensureCluster(
  paths: ClusterPaths,
  programs: PostgresPrograms,
  user: DatabaseUser,
  passwords: ClusterPasswords,
): Promise<void> {
  await removeDeadDrafts(paths);
  const version = await readFile(join(paths.data, "PG_VERSION"), "utf8").catch(() => null);
  if (version !== null) {
    if (version.trim() === majorVersion) return;
    throw new EmbeddedDatabaseError(
      `The embedded database in ${paths.data} is of PostgreSQL ${version.trim()}, but this Drayage comes with ` +
        `${majorVersion}. Start the Drayage that made it and dump the database, or restore your backup of it.`,
    );
  }
  const draft = join(paths.root, `${draftPrefix}${process.pid}`);
  const passwordFile = `${draft}.password`;
  try {
    await mkdir(draft, { mode: 0o700 });
    await user.own(draft);
    await writeFile(passwordFile, passwords.superuser, { mode: 0o600 });
    await user.own(passwordFile);
    await runInitdb(draft, passwordFile, programs, user);
    await rename(draft, paths.data).catch(async (error: unknown) => {
      // Another start was first.
      if ((await readFile(join(paths.data, "PG_VERSION"), "utf8").catch(() => null)) === null) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
    await rm(passwordFile, { force: true });
  }
}

async function runInitdb(dir: string, passwordFile: string, programs: PostgresPrograms, user: DatabaseUser) {
  const { file, args } = user.command(programs.initdb, [
    `--pgdata=${dir}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    // PostgreSQL's own C.UTF-8: unlike the system's and ICU's, its order never changes under the indexes.
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
  ]);
  try {
    await promisify(execFile)(file, args, {
      ...user.ids,
      cwd: "/",
      env: serverEnvironment,
      timeout: 120_000,
    });
  } catch (cause) {
    const words = cause instanceof Error && "stderr" in cause ? String(cause.stderr).trim() : String(cause);
    throw new EmbeddedDatabaseError(
      `The embedded database could not be made in ${dir}. initdb says:\n${words}`,
      {
        cause,
      },
    );
  }
}

async function removeDeadDrafts(paths: ClusterPaths): Promise<void> {
  for (const name of await readdir(paths.root)) {
    if (name.startsWith(draftPrefix) && !isAlive(Number.parseInt(name.slice(draftPrefix.length)))) {
      await rm(join(paths.root, name), { recursive: true, force: true });
    }
  }
}
