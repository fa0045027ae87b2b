import { connectDatabase, disconnectDatabase } from "#lib/db/client.ts";
import { startEmbedded } from "#lib/db/embedded.ts";
import { migrateDatabase } from "#lib/db/migrate.ts";
import { env } from "#lib/env.ts";
import { getSessionSecret } from "#lib/secrets.ts";
import { buildPanel } from "./build.ts";
import { keepRunning } from "./child.ts";
import { describeListenError, findListenError } from "./listening.ts";
import { checkCertificate, checkDataFolder, PreflightError } from "./preflight.ts";
import { type Launch, say } from "./terminal.ts";

/** All that must stand before the panel: settings that work, a database that has what this code needs, a free port. */
export async function prepareStart(launch: Launch): Promise<void> {
  await checkDataFolder(env.DATA_DIR);
  for (const warning of await checkCertificate(env)) say(`Warning: ${warning}: browsers will refuse it.`);
  // A key that cannot be read would be found out by the first sign-in otherwise.
  getSessionSecret();
  await openDatabase(launch);
  const taken = await findListenError(env.HOST, env.PORT);
  if (taken !== null)
    throw new PreflightError(describeListenError(taken, env.HOST, env.PORT), { cause: taken });
}

/** Our own database, or the given one, brought to what this code needs. */
async function openDatabase({ closers, signal, stop }: Launch): Promise<void> {
  let url = env.DATABASE_URL;
  if (url === undefined) {
    const onLost = (error: unknown) => {
      say(`The database is lost: ${String(error)}`);
      stop(1);
    };
    const embedded = await startEmbedded(env.DATA_DIR, { say, onLost });
    closers.push(() => embedded.stop());
    ({ url } = embedded);
  }
  closers.push(disconnectDatabase);
  await connectDatabase(url);
  signal.throwIfAborted();
  const applied = await migrateDatabase(url);
  if (applied.length > 0) say(`Database migrated: ${applied.join(", ")}.`);
  // The children join the same one.
  process.env.DATABASE_URL = url;
}

/** Starts the web server and one worker, once `prepareStart` is through. */
export async function startPanel({ dev }: { dev: boolean }, { closers, signal }: Launch): Promise<void> {
  signal.throwIfAborted();
  if (!dev) await buildPanel(say, signal);
  warnOfPlainHttp();
  const childEnv: NodeJS.ProcessEnv = {
    ...process.env,
    NODE_ENV: dev ? "development" : "production",
    HOST: env.HOST,
    PORT: String(env.PORT),
    PUBLIC_URL: env.PUBLIC_URL,
    DATA_DIR: env.DATA_DIR,
    TRUST_PROXY: String(env.TRUST_PROXY),
    NEXT_TELEMETRY_DISABLED: "1",
  };
  const watch = dev ? ["--watch", "--watch-preserve-output"] : [];
  const worker = keepRunning({
    name: "worker",
    args: [...watch, "--conditions=react-server", "lib/worker/main.ts"],
    env: childEnv,
    say,
    signal,
  });
  closers.push(() => worker.stop());
  const web = keepRunning({ name: "web server", args: ["lib/launch/web.ts"], env: childEnv, say, signal });
  closers.push(() => web.stop());
  await Promise.all([web.ready, worker.ready]);
}

function warnOfPlainHttp(): void {
  const isLoopback = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(env.HOST);
  if (isLoopback || env.PUBLIC_URL.startsWith("https:")) return;
  say(
    `Warning: the panel listens on ${env.HOST} without TLS, so passwords cross the network in the clear. Set TLS_CERT_FILE and TLS_KEY_FILE, or put a reverse proxy in front and set PUBLIC_URL to its https:// address.`,
  );
}
