import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { Prisma } from "#lib/db/generated/client.ts";
import { HealthState } from "#lib/db/generated/enums.ts";
import { type Change, withChange } from "#lib/db/with-change.ts";
import { EngineError } from "#lib/engine/oci/errors.ts";
import { parseRegistryHost } from "#lib/engine/oci/reference.ts";
import {
  createRegistryClient,
  type RegistryClient,
  type RegistryClientOptions,
} from "#lib/engine/oci/registry-client.ts";
import { errorView } from "#lib/error-view.ts";
import { AppError } from "#lib/errors.ts";
import type { ConnectionResult, TestConnectionInput } from "#lib/schemas/registries.ts";
import { decryptSecret } from "#lib/secrets.ts";
import { assertPasswordFits, secretBinding } from "./stored-password.ts";

/** A person waits for the answer, so the limits are tighter than those of a job. */
const testTimeouts = { connectTimeoutMs: 8_000, headersTimeoutMs: 10_000, readTimeoutMs: 10_000 };

/** For all of a test: name, connection, sign-in and answer. */
const testLimitMs = 20_000;

const connectionFields = {
  id: true,
  name: true,
  host: true,
  tlsMode: true,
  caPem: true,
  username: true,
  passwordEncrypted: true,
  requestsPerSecond: true,
  bytesPerSecond: true,
} satisfies Prisma.RegistrySelect;

/** What a connection is made of, besides its password. */
type Connection = Pick<ConnectionFields, "host" | "tlsMode" | "caPem" | "username">;

type ConnectionFields = Prisma.RegistryGetPayload<{ select: typeof connectionFields }>;

/** Options of a client beyond where it goes and as whom. */
type ClientLimits = Pick<RegistryClientOptions, "access" | "limits" | "maxRequests" | "timeouts">;

/**
 * A client that is ready to use: whoever gets it never sees a password. The caller closes it. A job may use registries
 * of others than its own organization, as its start was checked for.
 *
 * @throws AppError `not-found`, `secret-unreadable`
 */
export async function openRegistry(
  _access: Access<"job.start">,
  id: string,
  limits: ClientLimits = {},
): Promise<RegistryClient> {
  const row = await db.registry.findUnique({ where: { id }, select: connectionFields });
  if (!row) throw new AppError("not-found", { what: "registry" });
  return openClient(row, decryptPassword(row), { ...limits, limits: readPace(row) });
}

/**
 * Asks a registry, as it is about to be saved, whether it lets us in. Nothing is stored.
 *
 * @throws AppError `not-found`, `invalid-input`, `secret-unreadable`
 */
export async function testConnection(
  access: Access<"registry.write">,
  input: TestConnectionInput,
): Promise<ConnectionResult> {
  let { password } = input;
  if (input.id !== null && password === "") {
    const stored = await findOwn(access, input.id);
    assertPasswordFits(stored, input);
    if (input.username !== "") password = decryptPassword(stored) ?? "";
  }
  return ping({ ...input, caPem: input.caPem === "" ? null : input.caPem }, password);
}

/** Asks a saved registry and keeps the answer as its health. @throws AppError `not-found`, `secret-unreadable` */
export async function probeRegistry(access: Access<"registry.write">, id: string): Promise<ConnectionResult> {
  const row = await findOwn(access, id);
  const result = await ping(row, decryptPassword(row));
  const change: Change = {
    action: "registry.probe",
    objectId: id,
    objectName: row.name,
    organizationId: row.organizationId,
  };
  await withChange(access, change, async (tx, audit) => {
    const columns = healthColumns(result);
    await tx.registry.update({ where: { id }, data: columns });
    audit.after({ health: columns.health, errorCode: columns.probeErrorCode });
  });
  return result;
}

/** Asks a saved registry without keeping the answer. @throws AppError `not-found`, `secret-unreadable` */
export async function pingRegistry(access: Access<"registry.read">, id: string): Promise<ConnectionResult> {
  const row = await findOwn(access, id);
  return ping(row, decryptPassword(row));
}

/** A connection's test as the registry's row keeps it. */
export function healthColumns(result: ConnectionResult) {
  return {
    health: result.ok ? HealthState.healthy : HealthState.unhealthy,
    probedAt: new Date(),
    probeLatencyMs: result.ok ? result.latencyMs : null,
    probeErrorCode: result.ok ? null : result.error.code,
    probeErrorFacts: result.ok ? Prisma.DbNull : (result.error.facts as Prisma.InputJsonObject),
  };
}

async function findOwn(access: Access<"registry.read"> | Access<"registry.write">, id: string) {
  const row = await db.registry.findFirst({
    where: { id, ...access.ownRows() },
    select: { ...connectionFields, organizationId: true },
  });
  if (!row) throw new AppError("not-found", { what: "registry" });
  return row;
}

function readPace({
  requestsPerSecond,
  bytesPerSecond,
}: ConnectionFields): NonNullable<RegistryClientOptions["limits"]> {
  return {
    ...(requestsPerSecond !== null && { requestsPerSecond }),
    ...(bytesPerSecond !== null && { bytesPerSecond: Number(bytesPerSecond) }),
  };
}

function decryptPassword(row: ConnectionFields): string | null {
  return row.passwordEncrypted === null
    ? null
    : decryptSecret(row.passwordEncrypted, secretBinding(row.id), row.name);
}

async function ping(row: Connection, password: string | null): Promise<ConnectionResult> {
  const client = openClient(row, password, { timeouts: testTimeouts });
  const startedAt = performance.now();
  const limit = AbortSignal.timeout(testLimitMs);
  try {
    await client.ping(limit);
    return { ok: true, latencyMs: Math.round(performance.now() - startedAt) };
  } catch (error) {
    const { registry } = client;
    const cause = limit.aborted
      ? new EngineError("timeout", { operation: "ping", registry, retryable: true }, error)
      : error;
    return { ok: false, error: errorView(cause) };
  } finally {
    await client.close();
  }
}

function openClient(row: Connection, password: string | null, limits: ClientLimits): RegistryClient {
  return createRegistryClient({
    ...limits,
    registry: parseRegistryHost(row.host),
    plainHttp: row.tlsMode === "plain_http",
    skipVerify: row.tlsMode === "skip_verify",
    ...(row.caPem !== null && { caCertificates: [row.caPem] }),
    ...(row.username && password && { credentials: { username: row.username, password } }),
  });
}
