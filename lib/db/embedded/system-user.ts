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
 * @param programs what the user must be able to run.
 * @param folder what the user must be able to enter.
 * @param say tells the person at the terminal what is done to their system.
 */
export async function findDatabaseUser(
  programs: readonly string[],
  folder: string,
  say: (sentence: string) => void,
): Promise<DatabaseUser> {
  if (process.getuid?.() !== 0) return ourselves;
  const ids = (await findIds()) ?? (await addUser(say));
  const own = (path: string) => chown(path, ids.uid, ids.gid);
  const plain: DatabaseUser = { ...ourselves, ids, own };
  if (canReach(plain, programs, folder)) return plain;
  // The project lies in a folder that only root enters, such as /root: the one right to walk through it is enough.
  for (const capability of ["dac_read_search", "dac_override"]) {
    const capable: DatabaseUser = {
      command: (file, args) => ({
        file: "setpriv",
        args: [
          `--reuid=${ids.uid}`,
          `--regid=${ids.gid}`,
          "--clear-groups",
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
    if (canReach(capable, programs, folder)) return capable;
  }
  throw new EmbeddedDatabaseError(
    `You are root, so the database runs as the system user ${userName}, who cannot reach ${folder} or ${programs.join(", ")}. ` +
      "Move Drayage to a folder that everyone may enter, start it as another user, or set DATABASE_URL.",
  );
}

/** Tried rather than asked: access(2) does not look at a capability. */
function canReach(user: DatabaseUser, programs: readonly string[], folder: string): boolean {
  const enter = user.command("sh", ["-c", 'cd "$0"', folder]);
  const probes = [enter, ...programs.map((program) => user.command(program, ["--version"]))];
  return probes.every(
    ({ file, args }) => spawnSync(file, args, { ...user.ids, cwd: "/", stdio: "ignore" }).status === 0,
  );
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
