import "server-only";
import { PrismaPg } from "@prisma/adapter-pg";
import { env } from "#lib/env.ts";
import { type Prisma, PrismaClient } from "./generated/client.ts";

type ReadMethod =
  | "findUnique"
  | "findUniqueOrThrow"
  | "findFirst"
  | "findFirstOrThrow"
  | "findMany"
  | "count"
  | "aggregate"
  | "groupBy";

type ModelName = Uncapitalize<Prisma.ModelName>;

/** The client without its writing methods: a write outside a change does not compile. */
export type ReadOnlyDb = {
  readonly [M in ModelName]: Pick<PrismaClient[M], ReadMethod>;
} & Pick<PrismaClient, "$queryRaw">;

interface Connection {
  url: string | undefined;
  client: PrismaClient | undefined;
}

// Next loads this module once per bundle, and again at each hot reload: the process must still have one pool.
const holder = globalThis as { drayageDatabase?: Connection };
const connection = (holder.drayageDatabase ??= { url: env.DATABASE_URL, client: undefined });

/** The address of the database, for those who need a connection of their own (queue, LISTEN). */
export function getDatabaseUrl(): string {
  if (connection.url === undefined) {
    throw new Error("DATABASE_URL is not set: start Drayage with `npm start`, which runs a database.");
  }
  return connection.url;
}

/** Points this process to a database that was found or started after the environment was read. */
export async function connectDatabase(url: string): Promise<void> {
  await disconnectDatabase();
  connection.url = url;
}

export async function disconnectDatabase(): Promise<void> {
  const { client } = connection;
  connection.client = undefined;
  await client?.$disconnect();
}

/**
 * Adds what every session needs. The driver adapter reads a timestamp's offset as UTC whatever it says, so the session
 * must speak UTC.
 */
export function withSessionOptions(url: string): string {
  const result = new URL(url);
  const given = result.searchParams.get("options");
  result.searchParams.set("options", [given, "-c TimeZone=UTC"].filter(Boolean).join(" "));
  return result.href;
}

function openClient(): PrismaClient {
  const adapter = new PrismaPg({
    connectionString: withSessionOptions(getDatabaseUrl()),
    application_name: "drayage",
    max: env.DATABASE_POOL_SIZE,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    maxLifetimeSeconds: 3600,
    keepAlive: true,
    statement_timeout: 60_000,
    query_timeout: 65_000,
    lock_timeout: 30_000,
    idle_in_transaction_session_timeout: 120_000,
  });
  return new PrismaClient({ adapter });
}

/** Opened when first used, so that a build needs no database. */
function openWhenUsed(): PrismaClient {
  return new Proxy({} as PrismaClient, {
    get(_target, property) {
      const client = (connection.client ??= openClient());
      const value: unknown = Reflect.get(client, property);
      return typeof value === "function" ? (value.bind(client) as unknown) : value;
    },
  });
}

/**
 * The whole client. Only `with-change`, the session code of `lib/auth` and the worker's recorder may import it, which
 * the architecture test checks.
 */
export const writeDb = openWhenUsed();

export const db: ReadOnlyDb = openWhenUsed();
