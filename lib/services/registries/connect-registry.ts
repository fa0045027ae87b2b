import "server-only";
import { X509Certificate } from "node:crypto";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { Prisma } from "#lib/db/generated/client.ts";
import { HealthState } from "#lib/db/generated/enums.ts";
import { type Change, withChange } from "#lib/db/with-change.ts";
import { fetchChain, type PresentedChain, type ServerAddress } from "#lib/domain/certificates/fetch-chain.ts";
import { type Harbor, openHarbor } from "#lib/domain/harbor/open-harbor.ts";
import { probeTls } from "#lib/engine/network/probe-tls.ts";
import { EngineError, toEngineError } from "#lib/engine/oci/errors.ts";
import type { PaceLimits } from "#lib/engine/oci/pace.ts";
import { parseRegistryHost } from "#lib/engine/oci/reference.ts";
import {
  createRegistryClient,
  type RegistryClient,
  type RegistryClientOptions,
} from "#lib/engine/oci/registry-client.ts";
import { registryOrigin } from "#lib/engine/oci/registry-origin.ts";
import { errorView } from "#lib/error-view.ts";
import { AppError } from "#lib/errors.ts";
import type { ConnectionResult, TestConnectionInput } from "#lib/schemas/registries.ts";
import { readPanelTrust } from "../certificates/panel-trust.ts";
import { usableFor } from "./usable-for.ts";
import { assertKeyPair, decryptSecrets, type RegistrySecrets, resolveSecrets } from "./registry-secrets.ts";

/** A person waits for the answer, so the limits are tighter than those of a job. */
const testTimeouts = { connectTimeoutMs: 8_000, headersTimeoutMs: 10_000, readTimeoutMs: 10_000 };

/** For all of a test: name, connection, sign-in and answer. */
const testLimitMs = 20_000;

const defaultTlsPort = 443;

/** What a client is made from. */
export const connectionFields = {
  id: true,
  name: true,
  host: true,
  tlsMode: true,
  caPem: true,
  username: true,
  passwordEncrypted: true,
  clientCertPem: true,
  clientKeyEncrypted: true,
  proxyUrl: true,
  proxyUsername: true,
  proxyPasswordEncrypted: true,
  noProxy: true,
  requestsPerSecond: true,
  bytesPerSecond: true,
} satisfies Prisma.RegistrySelect;

/** What a connection is made of, besides its secrets; texts may be empty for null. */
type Connection = Pick<ConnectionFields, "host" | "tlsMode" | "caPem" | "username" | "clientCertPem"> &
  Pick<ConnectionFields, "proxyUrl" | "proxyUsername" | "noProxy">;

type ConnectionFields = Prisma.RegistryGetPayload<{ select: typeof connectionFields }>;

/** Options of a client beyond where it goes and as whom. */
type ClientOptions = Pick<RegistryClientOptions, "access" | "lanes" | "limits" | "timeouts">;

/**
 * A client that is ready to use: whoever gets it never sees a password. The caller closes it. A job may use registries
 * of others than its own organization, as its start was checked for.
 *
 * @param options.lanes of the whole process: all its jobs keep to a registry's limits together
 * @throws AppError `not-found`, `secret-unreadable`
 */
export async function openRegistry(
  _access: Access<"job.start">,
  id: string,
  options: Required<Pick<ClientOptions, "access" | "lanes">>,
): Promise<RegistryClient> {
  const row = await db.registry.findUnique({ where: { id }, select: connectionFields });
  if (!row) throw new AppError("not-found", { what: "registry" });
  return openClient(row, decryptSecrets(row), { ...options, limits: await findLimits(row) });
}

/**
 * The Harbor that a registry belongs to, spoken with as the registry is: whoever gets it never sees a password. The
 * caller closes it.
 *
 * @returns null for a registry that belongs to none
 * @throws EngineError as `openHarbor` when that cannot be told; AppError `not-found`, `secret-unreadable`
 */
export async function openHarborOf(
  _access: Access<"job.start">,
  id: string,
  signal: AbortSignal,
): Promise<Harbor | null> {
  const row = await db.registry.findUnique({ where: { id }, select: connectionFields });
  if (!row) throw new AppError("not-found", { what: "registry" });
  return openHarbor(await formatConnection(row, decryptSecrets(row)), signal);
}

/**
 * A client for a registry that is known by its host alone: as one of the organization's own registries of that host is
 * set up, else as one of the provider's; as nobody, over verified TLS, where none is.
 *
 * @throws AppError `secret-unreadable`
 */
export async function openRegistryByHost(
  access: Access<"job.start"> | Access<"catalog.write">,
  host: string,
  options: Pick<ClientOptions, "access" | "lanes" | "timeouts">,
): Promise<RegistryClient> {
  const row = await db.registry.findFirst({
    where: { host, ...usableFor(access.organizationId) },
    orderBy: [{ organizationId: { sort: "asc", nulls: "last" } }, { createdAt: "asc" }],
    select: connectionFields,
  });
  if (row) return openClient(row, decryptSecrets(row), { ...options, limits: await findLimits(row) });
  const caCertificates = await readPanelTrust();
  return createRegistryClient({ ...options, registry: parseRegistryHost(host), caCertificates });
}

/**
 * Asks a registry that is known by its host alone something that a person waits for: in the time of a test, and without
 * queueing behind what jobs ask. A registry that does not answer is told at once, not after what is asked was tried again.
 *
 * @throws EngineError `timeout` after that time, else as the client or `ask`; AppError `secret-unreadable`
 */
export async function askRegistry<Answer>(
  access: Access<"catalog.write">,
  host: string,
  ask: (client: RegistryClient, signal: AbortSignal) => Promise<Answer>,
  signal: AbortSignal,
): Promise<Answer> {
  const client = await openRegistryByHost(access, host, { access: "pull", timeouts: testTimeouts });
  const limit = AbortSignal.timeout(testLimitMs);
  const either = AbortSignal.any([signal, limit]);
  try {
    await client.ping(either);
    return await ask(client, either);
  } catch (error) {
    throw limit.aborted ? timeoutError(client, error) : error;
  } finally {
    await client.close();
  }
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
  const stored = input.id === null ? null : await findOwn(access, input.id);
  const secrets = resolveSecrets(stored, input);
  if (secrets.clientKey !== null) assertKeyPair(input.clientCertPem, secrets.clientKey);
  return ping(input, secrets);
}

/** Asks a saved registry and keeps the answer as its health. @throws AppError `not-found`, `secret-unreadable` */
export async function probeRegistry(access: Access<"registry.write">, id: string): Promise<ConnectionResult> {
  const row = await findOwn(access, id);
  const result = await ping(row, decryptSecrets(row));
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
  return ping(row, decryptSecrets(row));
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

/**
 * The certificate that a registry shows, looked at without believing it and without signing in.
 *
 * @returns null for one that is reached over plain HTTP
 * @throws NetworkError; AppError `not-found`, `secret-unreadable`
 */
export async function readRegistryCertificate(
  access: Access<"registry.read">,
  id: string,
): Promise<X509Certificate | null> {
  const row = await findOwn(access, id);
  const { registry, plainHttp, caCertificates, proxy } = await formatConnection(row, decryptSecrets(row));
  if (plainHttp) return null;
  const origin = registryOrigin(registry, { plainHttp });
  const [own] = (await probeTls({ origin, caCertificates, ...(proxy && { proxy }) })).certificates;
  return own ? new X509Certificate(own) : null;
}

/**
 * What a server presents of itself, on the way on which the provider's registry of that host is reached, directly where
 * there is none. Nothing is believed, and nothing is sent.
 *
 * @throws EngineError as `fetchChain`, `timeout`, `cancelled`; AppError `secret-unreadable`
 */
export async function readPresentedChain(
  _access: Access<"certificate.read"> | Access<"certificate.write">,
  { host, port }: ServerAddress,
  signal: AbortSignal,
): Promise<PresentedChain> {
  const hosts = [`${host}:${port}`, ...(port === defaultTlsPort ? [host] : [])];
  const row = await db.registry.findFirst({
    where: { host: { in: hosts }, ...usableFor(null) },
    orderBy: { createdAt: "asc" },
    select: connectionFields,
  });
  const { caCertificates, proxy } = row
    ? await formatConnection(row, decryptSecrets(row))
    : { caCertificates: await readPanelTrust() };
  const limit = AbortSignal.timeout(testLimitMs);
  const registry = hosts.at(-1) ?? host;
  try {
    return await fetchChain(
      { host, port },
      { caCertificates, ...(proxy && { proxy }), signal: AbortSignal.any([signal, limit]) },
    );
  } catch (error) {
    if (limit.aborted)
      throw new EngineError("timeout", { operation: "ping", registry, retryable: true }, error);
    throw toEngineError(error, { operation: "ping", registry });
  }
}

/**
 * How a registry is reached, and as whom it is spoken with, for whoever looks at each step of the way.
 *
 * @returns null when it is gone
 * @throws AppError `secret-unreadable`
 */
export async function readConnection(access: Access<"doctor.run">, id: string) {
  const row = await db.registry.findFirst({
    where: { id, ...access.ownRows() },
    select: connectionFields,
  });
  return row && { host: row.host, ...(await formatConnection(row, decryptSecrets(row))) };
}

async function findOwn(access: Access<"registry.read"> | Access<"registry.write">, id: string) {
  const row = await db.registry.findFirst({
    where: { id, ...access.ownRows() },
    select: { ...connectionFields, organizationId: true },
  });
  if (!row) throw new AppError("not-found", { what: "registry" });
  return row;
}

/** What a host bears is no matter of the row that names it: of several rows the strictest limits hold for all. */
async function findLimits({ host }: Pick<ConnectionFields, "host">): Promise<PaceLimits> {
  const { _min } = await db.registry.aggregate({
    where: { host },
    _min: { requestsPerSecond: true, bytesPerSecond: true },
  });
  const { requestsPerSecond, bytesPerSecond } = _min;
  return {
    ...(requestsPerSecond !== null && { requestsPerSecond }),
    ...(bytesPerSecond !== null && { bytesPerSecond: Number(bytesPerSecond) }),
  };
}

/** One request, which a person or a look at the health waits for: it does not queue behind what jobs ask. */
async function ping(row: Connection, secrets: RegistrySecrets): Promise<ConnectionResult> {
  const client = await openClient(row, secrets, { timeouts: testTimeouts });
  const startedAt = performance.now();
  const limit = AbortSignal.timeout(testLimitMs);
  try {
    await client.ping(limit);
    return { ok: true, latencyMs: Math.round(performance.now() - startedAt) };
  } catch (error) {
    return { ok: false, error: errorView(limit.aborted ? timeoutError(client, error) : error) };
  } finally {
    await client.close();
  }
}

function timeoutError({ registry }: RegistryClient, cause: unknown): EngineError {
  return new EngineError("timeout", { operation: "ping", registry, retryable: true }, cause);
}

async function openClient(
  row: Connection,
  secrets: RegistrySecrets,
  options: ClientOptions,
): Promise<RegistryClient> {
  return createRegistryClient({ ...options, ...(await formatConnection(row, secrets)) });
}

/** Where a registry is, as whom it is spoken with, and what is trusted for it. */
async function formatConnection(row: Connection, secrets: RegistrySecrets) {
  const { username, caPem, clientCertPem, proxyUrl, noProxy } = row;
  const { password, clientKey } = secrets;
  return {
    registry: parseRegistryHost(row.host),
    plainHttp: row.tlsMode === "plain_http",
    skipVerify: row.tlsMode === "skip_verify",
    caCertificates: [...(caPem ? [caPem] : []), ...(await readPanelTrust())],
    ...(username && password && { credentials: { username, password } }),
    ...(clientCertPem && clientKey && { clientCertificate: { cert: clientCertPem, key: clientKey } }),
    ...(proxyUrl && { proxy: { url: formatProxy(row, secrets), noProxy } }),
  };
}

function formatProxy({ proxyUrl, proxyUsername }: Connection, { proxyPassword }: RegistrySecrets): string {
  const url = new URL(proxyUrl ?? "");
  url.username = encodeURIComponent(proxyUsername ?? "");
  url.password = encodeURIComponent(proxyPassword ?? "");
  return url.href;
}
