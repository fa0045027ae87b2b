import { connectDatabase, disconnectDatabase } from "#lib/db/client.ts";
import { startEmbedded } from "#lib/db/embedded.ts";
import { migrateDatabase } from "#lib/db/migrate.ts";
import { env } from "#lib/env.ts";
import { buildPanel } from "./build.ts";
import { type Child, keepRunning } from "./child.ts";

export interface PanelOptions {
  dev: boolean;
  say: (sentence: string) => void;
  /** Called when the database is gone for good. */
  onLost: (error: unknown) => void;
}

export interface Panel {
  stop(): Promise<void>;
}

/** Our own database, or the given one, brought to what this code needs. Returns what ends it. */
export async function openDatabase({ say, onLost }: Omit<PanelOptions, "dev">): Promise<() => Promise<void>> {
  const embedded =
    env.DATABASE_URL === undefined ? await startEmbedded(env.DATA_DIR, { say, onLost }) : undefined;
  const url = env.DATABASE_URL ?? embedded?.url ?? "";
  const close = async () => {
    await disconnectDatabase();
    await embedded?.stop();
  };
  try {
    await connectDatabase(url);
    const applied = await migrateDatabase(url);
    if (applied.length > 0) say(`Database migrated: ${applied.join(", ")}.`);
    // The children join the same one.
    process.env.DATABASE_URL = url;
    return close;
  } catch (error) {
    await close();
    throw error;
  }
}

/** Starts the web server and one worker on the database that `openDatabase` opened. */
export async function startPanel({ dev, say }: PanelOptions): Promise<Panel> {
  if (!dev) await buildPanel(say);
  warnOfPlainHttp(say);
  const nodeEnv = dev ? "development" : "production";
  const childEnv: NodeJS.ProcessEnv = {
    ...process.env,
    NODE_ENV: nodeEnv,
    HOST: env.HOST,
    PORT: String(env.PORT),
    PUBLIC_URL: env.PUBLIC_URL,
    DATA_DIR: env.DATA_DIR,
    TRUST_PROXY: String(env.TRUST_PROXY),
    NEXT_TELEMETRY_DISABLED: "1",
  };
  const watch = dev ? ["--watch", "--watch-preserve-output"] : [];
  const children: Child[] = [
    keepRunning({ name: "web server", args: ["lib/launch/web.ts"], env: childEnv, say }),
    keepRunning({
      name: "worker",
      args: [...watch, "--conditions=react-server", "lib/worker/main.ts"],
      env: childEnv,
      say,
    }),
  ];
  const stop = async () => {
    for (const child of children) await child.stop();
  };
  try {
    await Promise.all(children.map((child) => child.ready));
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}

function warnOfPlainHttp(say: (sentence: string) => void): void {
  const isLoopback = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(env.HOST);
  if (isLoopback || env.PUBLIC_URL.startsWith("https:")) return;
  say(
    `Warning: the panel listens on ${env.HOST} without TLS, so passwords cross the network in the clear. Set TLS_CERT_FILE and TLS_KEY_FILE, or put a reverse proxy in front and set PUBLIC_URL to its https:// address.`,
  );
}
