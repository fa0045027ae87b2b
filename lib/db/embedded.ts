import "server-only";
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, renameSync, statSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { findFreePort } from "#lib/free-port.ts";
import {
  type ClusterPasswords,
  type ClusterPaths,
  clusterPaths,
  derivePasswords,
  ensureCluster,
  panelRole,
  prepareFolders,
  readOrCreatePasswords,
  serverEnvironment,
  superuser,
} from "./embedded/cluster.ts";
import { EmbeddedDatabaseError } from "./embedded/errors.ts";
import {
  findPostmaster,
  isAlive,
  type Postmaster,
  removeStaleFile,
  stopPostmaster,
} from "./embedded/postmaster.ts";
import { findPostgresPrograms, type PostgresPrograms } from "./embedded/programs.ts";
import { type DatabaseUser, findDatabaseUser } from "./embedded/system-user.ts";

// sockaddr_un holds 103 bytes on macOS and 107 on Linux; PostgreSQL adds "/.s.PGSQL.5432".
const maxSocketDirLength = 88;
const socketPort = 5432;
const startTimeoutMs = 60_000;
const retryMs = 100;
const logLimitBytes = 10 * 1024 * 1024;
/** Held by the process that started the database: a second one on the same folder would stop it under the first. */
const ownerLock = 7_205_759;
const ownerName = "drayage owner";

const settings = {
  password_encryption: "scram-sha-256",
  unix_socket_permissions: "0700",
  timezone: "UTC",
  log_timezone: "UTC",
  log_min_messages: "warning",
  // A statement whose client was killed ends, too, and frees its locks for the next start.
  client_connection_check_interval: "1s",
  // Short statements on small tables: compiling them costs more than it saves.
  jit: "off",
};

export interface EmbeddedDatabase {
  /** The panel's own database, as its own role. Stays the same when the server is started again. */
  url: string;
  /** For tests that make databases of their own. */
  adminUrl: string;
  /** A server that was still running was taken over. */
  adopted: boolean;
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Speaks to the person at the terminal. */
  say?: (sentence: string) => void;
  /** Called when the server is gone and does not come back. */
  onLost?: (error: unknown) => void;
  settings?: Readonly<Record<string, string>>;
}

interface Server {
  paths: ClusterPaths;
  programs: PostgresPrograms;
  user: DatabaseUser;
  passwords: ClusterPasswords;
  args: string[];
}

/**
 * Starts PostgreSQL on `dataDir`, or takes over the one that still runs there, and keeps it running until `stop`.
 * @throws EmbeddedDatabaseError
 */
export async function startEmbedded(
  dataDir: string,
  options: EmbeddedOptions = {},
): Promise<EmbeddedDatabase> {
  const say = options.say ?? (() => undefined);
  const paths = clusterPaths(dataDir);
  const programs = await findPostgresPrograms();
  await prepareFolders(dataDir, paths);
  const user = await findDatabaseUser([programs.initdb, programs.postgres, paths.root], say);
  const passwords = readOrCreatePasswords(paths);
  await ensureCluster(paths, programs, user, passwords);
  await mkdir(paths.socketDir, { recursive: true, mode: 0o700 });
  await user.own(paths.socketDir);
  const args = await formatServerArgs(paths, { ...settings, ...options.settings });
  const server: Server = { paths, programs, user, passwords, args };

  const adopted = (await findPostmaster(paths.data)) !== null;
  const stopping = new AbortController();
  let { control, postmaster } = await bringUp(server, stopping.signal);
  await preparePanelDatabase(control, passwords);

  let restart = Promise.resolve();
  const watch = () => {
    control.once("end", () => {
      if (stopping.signal.aborted) return;
      say("The database went away; starting it again.");
      restart = bringUp(server, stopping.signal).then(
        (next) => {
          ({ control, postmaster } = next);
          watch();
        },
        (error: unknown) => {
          if (!stopping.signal.aborted) options.onLost?.(error);
        },
      );
    });
  };
  watch();

  return {
    url: formatUrl(postmaster, panelRole, passwords.panel, panelRole),
    adminUrl: formatUrl(postmaster, superuser, passwords.superuser, "postgres"),
    adopted,
    stop: async () => {
      stopping.abort();
      await restart;
      await control.end().catch(() => undefined);
      await stopEmbedded(dataDir);
    },
  };
}

/** The address of the embedded database that runs on `dataDir`, or null. */
export async function findEmbedded(dataDir: string): Promise<string | null> {
  const paths = clusterPaths(dataDir);
  const postmaster = await findPostmaster(paths.data);
  const password = await readFile(paths.password, "utf8").catch(() => null);
  if (postmaster === null || password === null) return null;
  return formatUrl(postmaster, panelRole, derivePasswords(password.trim()).panel, panelRole);
}

/** Ends the server on `dataDir` whoever started it. */
export async function stopEmbedded(dataDir: string): Promise<void> {
  const postmaster = await findPostmaster(clusterPaths(dataDir).data);
  if (postmaster !== null) await stopPostmaster(postmaster.pid);
}

/** Connects to the running server, or starts one, until it answers; then holds the owner's lock. */
async function bringUp(
  server: Server,
  signal: AbortSignal,
): Promise<{ control: Client; postmaster: Postmaster }> {
  const deadline = Date.now() + startTimeoutMs;
  let child: ChildProcess | undefined;
  let lastError: unknown;
  while (Date.now() < deadline) {
    const postmaster = await findPostmaster(server.paths.data);
    if (postmaster === null && !isRunning(child)) {
      await removeStaleFile(server.paths.data);
      // A killed server's children need a moment to end, and until then this start fails: it is tried again.
      child = spawnServer(server);
    } else if (postmaster !== null) {
      try {
        return { control: await takeControl(postmaster, server.passwords), postmaster };
      } catch (error) {
        if (error instanceof EmbeddedDatabaseError) throw error;
        lastError = error;
      }
    }
    await sleep(retryMs, undefined, { signal }).catch(async (error: unknown) => {
      // Told to stop: a server that has not yet written its postmaster.pid would be found by nobody.
      if (child?.pid !== undefined && isRunning(child)) await stopPostmaster(child.pid);
      throw error;
    });
  }
  throw new EmbeddedDatabaseError(
    `The embedded database did not start within ${startTimeoutMs / 1000} seconds. See ${server.paths.log}.`,
    { cause: lastError },
  );
}

function isRunning(child: ChildProcess | undefined): boolean {
  return (
    child?.pid !== undefined && child.exitCode === null && child.signalCode === null && isAlive(child.pid)
  );
}

function spawnServer({ paths, programs, user, args }: Server): ChildProcess {
  rotateLog(paths.log);
  const log = openSync(paths.log, "a", 0o600);
  try {
    const command = user.command(programs.postgres, args);
    const child = spawn(command.file, command.args, {
      ...user.ids,
      cwd: "/",
      env: serverEnvironment,
      // Ctrl-C goes to the whole group of the terminal: the database must outlive the processes that use it.
      detached: true,
      stdio: ["ignore", log, log],
    });
    child.on("error", () => undefined);
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

function rotateLog(path: string): void {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > logLimitBytes) renameSync(path, `${path}.1`);
}

async function takeControl(postmaster: Postmaster, passwords: ClusterPasswords): Promise<Client> {
  const control = new Client({
    connectionString: formatUrl(postmaster, superuser, passwords.superuser, "postgres"),
    application_name: `${ownerName} ${process.pid}`,
    connectionTimeoutMillis: 5000,
    keepAlive: true,
  });
  control.on("error", () => undefined);
  await control.connect();
  const { rows } = await control.query<{ held: boolean }>("SELECT pg_try_advisory_lock($1) AS held", [
    ownerLock,
  ]);
  if (rows[0]?.held === true) return control;
  const owner = await findOwner(control);
  await control.end();
  if (owner === null) throw new Error("the owner of the database has just changed");
  throw new EmbeddedDatabaseError(
    `Another Drayage (process ${owner}) already runs on this data folder. Stop it first, or set DATA_DIR to another one.`,
  );
}

async function findOwner(control: Client): Promise<string | null> {
  const { rows } = await control.query<{ name: string }>(
    `SELECT a.application_name AS name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
     WHERE l.locktype = 'advisory' AND l.granted AND l.objid = $1`,
    [ownerLock],
  );
  return rows[0]?.name.slice(ownerName.length + 1) ?? null;
}

async function preparePanelDatabase(control: Client, passwords: ClusterPasswords): Promise<void> {
  const { rowCount: roles } = await control.query("SELECT FROM pg_roles WHERE rolname = $1", [panelRole]);
  // A role cannot be given as a parameter; the password has the base64url alphabet.
  if (roles === 0) await control.query(`CREATE ROLE ${panelRole} LOGIN PASSWORD '${passwords.panel}'`);
  const { rowCount: databases } = await control.query("SELECT FROM pg_database WHERE datname = $1", [
    panelRole,
  ]);
  if (databases === 0) await control.query(`CREATE DATABASE ${panelRole} OWNER ${panelRole}`);
}

async function formatServerArgs(
  paths: ClusterPaths,
  values: Readonly<Record<string, string>>,
): Promise<string[]> {
  const bySocket = paths.socketDir.length <= maxSocketDirLength;
  const listen = bySocket
    ? { unix_socket_directories: paths.socketDir, listen_addresses: "", port: String(socketPort) }
    : { unix_socket_directories: "", listen_addresses: "127.0.0.1", port: String(await findFreePort()) };
  const options = Object.entries({ ...listen, ...values }).flatMap(([name, value]) => [
    "-c",
    `${name}=${value}`,
  ]);
  return ["-D", paths.data, ...options];
}

function formatUrl({ host, port }: Postmaster, role: string, password: string, database: string): string {
  const url = new URL(`postgresql://${role}:${password}@localhost:${port}/${database}`);
  if (host.startsWith("/")) url.searchParams.set("host", host);
  else url.hostname = host;
  return url.href;
}
