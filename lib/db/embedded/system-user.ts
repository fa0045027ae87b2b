import { execFile, spawnSync } from "node:child_process";
import { chown } from "node:fs/promises";
import { promisify } from "node:util";
import { EmbeddedDatabaseError } from "./errors.ts";

const run = promisify(execFile);
const userName = "drayage-postgres";

/** Who runs PostgreSQL: ourselves, or, as root, a system user, because PostgreSQL refuses to run as root. */
export interface DatabaseUser {
  /** How to start a program as that user. */
  command(program: string, args: readonly string[]): { file: string; args: string[] };
  /** What `spawn` needs beside the command. */
  ids: { uid?: number; gid?: number };
  own(path: string): Promise<void>;
}

const ourselves: DatabaseUser = {
  command: (file, args) => ({ file, args: [...args] }),
  ids: {},
  own: () => Promise.resolve(),
};

/**
 * @param mustReach programs and folders that the user must be able to run or enter.
 * @param say tells the person at the terminal what is done to their system.
 */
export async function findDatabaseUser(
  mustReach: readonly string[],
  say: (sentence: string) => void,
): Promise<DatabaseUser> {
  if (process.getuid?.() !== 0) return ourselves;
  const ids = (await findIds()) ?? (await addUser(say));
  const own = (path: string) => chown(path, ids.uid, ids.gid);
  const plain: DatabaseUser = { ...ourselves, ids, own };
  if (canReach(plain, mustReach)) return plain;
  // The project lies in a folder that only root enters, such as /root: the one right to walk through it is enough.
  for (const capability of ["dac_read_search", "dac_override"]) {
    const capable: DatabaseUser = {
      command: (file, args) => ({
        file: "setpriv",
        args: [
          `--reuid=${ids.uid}`,
          `--regid=${ids.gid}`,
          "--clear-groups",
          // Without this, access(2), by which initdb looks for its neighbours, leaves the capability out of account.
          "--securebits=+no_setuid_fixup",
          `--inh-caps=-all,+${capability}`,
          `--ambient-caps=-all,+${capability}`,
          "--",
          file,
          ...args,
        ],
      }),
      ids: {},
      own,
    };
    if (canReach(capable, mustReach)) return capable;
  }
  throw new EmbeddedDatabaseError(
    `You are root, so the database runs as the system user ${userName}, who cannot reach ${mustReach.join(" and ")}. ` +
      "Move Drayage to a folder that everyone may enter, start it as another user, or set DATABASE_URL.",
  );
}

function canReach(user: DatabaseUser, paths: readonly string[]): boolean {
  return paths.every((path) => {
    const { file, args } = user.command("test", ["-x", path]);
    return spawnSync(file, args, { ...user.ids, cwd: "/", stdio: "ignore" }).status === 0;
  });
}

async function findIds(): Promise<{ uid: number; gid: number } | null> {
  try {
    const [uid, gid] = await Promise.all(
      ["-u", "-g"].map(async (option) => Number((await run("id", [option, userName])).stdout)),
    );
    return uid === undefined || gid === undefined ? null : { uid, gid };
  } catch {
    return null;
  }
}

async function addUser(say: (sentence: string) => void): Promise<{ uid: number; gid: number }> {
  say(
    `You are root, and PostgreSQL refuses to run as root: adding the system user ${userName} for the database ` +
      `(remove it with: userdel ${userName}).`,
  );
  try {
    await run("useradd", [
      "--system",
      "--user-group",
      "--no-create-home",
      "--shell",
      "/usr/sbin/nologin",
      userName,
    ]);
  } catch (cause) {
    // Another start may have added it in the meantime.
    const ids = await findIds();
    if (ids !== null) return ids;
    throw new EmbeddedDatabaseError(
      `The system user ${userName} could not be added. Start Drayage as a user who is not root, or set DATABASE_URL.`,
      { cause },
    );
  }
  const ids = await findIds();
  if (ids === null)
    throw new EmbeddedDatabaseError(`The system user ${userName} is not there after useradd.`);
  return ids;
}
