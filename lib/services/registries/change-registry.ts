import "server-only";
import { X509Certificate } from "node:crypto";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { HealthState } from "#lib/db/generated/enums.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { type Change, type ChangeTransaction, withChange } from "#lib/db/with-change.ts";
import { AppError, fieldError } from "#lib/errors.ts";
import type { CreateRegistryInput, UpdateRegistryInput } from "#lib/schemas/registries.ts";
import { assertNotOffered } from "../offers/offer-uses.ts";
import { connectionFields } from "./connect-registry.ts";
import { assertKeyPair, assertSecretsFit, decryptSecrets, secretColumns } from "./registry-secrets.ts";

const auditFields = {
  ...connectionFields,
  description: true,
  organizationId: true,
} satisfies Prisma.RegistrySelect;

type AuditFields = Prisma.RegistryGetPayload<{ select: typeof auditFields }>;

/** What is known of a connection is void once the connection is another. */
const unprobed = {
  health: HealthState.unknown,
  probedAt: null,
  probeLatencyMs: null,
  probeErrorCode: null,
};

/** @throws AppError `invalid-input`, `name-taken` */
export async function createRegistry(
  access: Access<"registry.write">,
  input: CreateRegistryInput,
): Promise<{ id: string }> {
  const change: Change = {
    action: "registry.create",
    objectName: input.name,
    organizationId: input.organizationId,
  };
  return withChange(access, change, async (tx, audit) => {
    assertSecretsFit(null, input);
    if (input.clientCertPem !== "") assertKeyPair(input.clientCertPem, input.clientKeyPem);
    await assertUsable(tx, input, null);
    const { id } = await tx.registry.create({ data: columnsOf(input), select: { id: true } });
    audit.object(id, input.name);
    // The id is part of what a secret is bound to, so it must exist first.
    const row = await tx.registry.update({
      where: { id },
      data: secretColumns(id, input),
      select: auditFields,
    });
    audit.after(formatAudit(row));
    return { id };
  });
}

/**
 * An empty secret keeps the stored one, as `assertSecretsFit` allows.
 *
 * @throws AppError `not-found`, `invalid-input`, `name-taken`, `in-use` when a registry with jobs, or that others are offered, would
 * change hands
 */
export async function updateRegistry(
  access: Access<"registry.write">,
  input: UpdateRegistryInput,
): Promise<{ id: string }> {
  const { id } = input;
  const change: Change = {
    action: "registry.update",
    objectId: id,
    objectName: input.name,
    organizationId: input.organizationId,
  };
  return withChange(access, change, async (tx, audit) => {
    const before = await tx.registry.findFirst({ where: { id, ...access.ownRows() }, select: auditFields });
    if (!before) throw new AppError("not-found", { what: "registry" });
    audit.before(formatAudit(before));
    assertSecretsFit(before, input);
    assertClientCertificate(before, input);
    if (before.organizationId !== input.organizationId) {
      await assertNoJobs(tx, id, before.name);
      await assertNoOtherOffers(tx, id, before.name, input.organizationId);
    }
    await assertUsable(tx, input, id);
    const data: Prisma.RegistryUncheckedUpdateInput = columnsOf(input);
    const { password, clientKeyPem, proxyPassword } = input;
    Object.assign(data, secretColumns(id, input));
    const replaced = [password, clientKeyPem, proxyPassword].some((secret) => secret !== "");
    if (replaced || connectionDiffers(before, input)) Object.assign(data, unprobed);
    const after = await tx.registry.update({ where: { id }, data, select: auditFields });
    audit.after({
      ...formatAudit(after),
      ...(password !== "" && { authentication: "replaced" }),
      ...(clientKeyPem !== "" && { clientKey: "replaced" }),
      ...(proxyPassword !== "" && { proxyAuthentication: "replaced" }),
    });
    return { id };
  });
}

/** @throws AppError `not-found`, `in-use` */
export async function deleteRegistry(access: Access<"registry.write">, id: string): Promise<void> {
  const registry = await db.registry.findFirst({
    where: { id, ...access.ownRows() },
    select: { name: true, organizationId: true },
  });
  if (!registry) throw new AppError("not-found", { what: "registry" });
  const { name, organizationId } = registry;
  const change: Change = {
    action: "registry.delete",
    objectId: id,
    objectName: name,
    organizationId,
  };
  await withChange(access, change, async (tx, audit) => {
    await assertNoJobs(tx, id, name);
    await assertNotOffered(tx, { what: "registry", name }, { destination: { registryId: id } });
    const count = await tx.destination.count({ where: { registryId: id } });
    if (count > 0) throw new AppError("in-use", { what: "registry", name, by: "destination", count });
    const deleted = await tx.registry.delete({ where: { id }, select: auditFields });
    audit.before(formatAudit(deleted));
  });
}

/** A registry as the audit trail keeps it: whether a secret is stored, never which. */
function formatAudit(stored: AuditFields): object {
  const { id: _id, passwordEncrypted, clientKeyEncrypted, proxyPasswordEncrypted, ...row } = stored;
  const told = (secret: string | null) => (secret === null ? "none" : "stored");
  return {
    ...row,
    bytesPerSecond: row.bytesPerSecond === null ? null : Number(row.bytesPerSecond),
    authentication: told(passwordEncrypted),
    clientKey: told(clientKeyEncrypted),
    proxyAuthentication: told(proxyPasswordEncrypted),
  };
}

/** A key that stays must be that of the certificate, too. */
function assertClientCertificate(stored: AuditFields, input: UpdateRegistryInput): void {
  const { clientCertPem, clientKeyPem } = input;
  if (clientCertPem === "" || (clientKeyPem === "" && clientCertPem === stored.clientCertPem)) return;
  assertKeyPair(clientCertPem, clientKeyPem === "" ? (decryptSecrets(stored).clientKey ?? "") : clientKeyPem);
}

function columnsOf(input: CreateRegistryInput) {
  const { bytesPerSecond } = input;
  return {
    ...connectionColumns(input),
    name: input.name,
    requestsPerSecond: input.requestsPerSecond,
    bytesPerSecond: bytesPerSecond === null ? null : BigInt(bytesPerSecond),
    description: input.description,
    organizationId: input.organizationId,
  };
}

function connectionColumns(input: CreateRegistryInput) {
  const orNull = (text: string) => (text === "" ? null : text);
  return {
    host: input.host,
    tlsMode: input.tlsMode,
    caPem: orNull(input.caPem),
    username: orNull(input.username),
    clientCertPem: orNull(input.clientCertPem),
    proxyUrl: orNull(input.proxyUrl),
    proxyUsername: orNull(input.proxyUsername),
    noProxy: input.noProxy,
  };
}

function connectionDiffers(stored: AuditFields, input: CreateRegistryInput): boolean {
  const columns = Object.entries(connectionColumns(input));
  return columns.some(
    ([name, value]) => JSON.stringify(stored[name as keyof AuditFields]) !== JSON.stringify(value),
  );
}

async function assertUsable(
  tx: ChangeTransaction,
  input: CreateRegistryInput,
  id: string | null,
): Promise<void> {
  assertCertificates("caPem", input.caPem);
  assertCertificates("clientCertPem", input.clientCertPem);
  const { name, organizationId } = input;
  if (organizationId !== null && (await tx.organization.count({ where: { id: organizationId } })) === 0) {
    throw fieldError("organizationId", "invalid");
  }
  const others = { name, organizationId, ...(id !== null && { NOT: { id } }) };
  if ((await tx.registry.count({ where: others })) > 0)
    throw new AppError("name-taken", { what: "registry", name });
}

/** The schema knows the frame of a PEM text; whether certificates are in it shows only here. */
function assertCertificates(field: "caPem" | "clientCertPem", pem: string): void {
  for (const [certificate] of pem.matchAll(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)) {
    try {
      new X509Certificate(certificate);
    } catch (cause) {
      throw fieldError(field, "pem-format", { cause });
    }
  }
}

/** What belongs to one organization, no other may be offered. */
async function assertNoOtherOffers(
  tx: ChangeTransaction,
  id: string,
  name: string,
  owner: string | null,
): Promise<void> {
  if (owner === null) return;
  const others = { OR: [{ organizationId: null }, { organizationId: { not: owner } }] };
  await assertNotOffered(tx, { what: "registry", name }, { destination: { registryId: id }, ...others });
}

async function assertNoJobs(tx: ChangeTransaction, id: string, name: string): Promise<void> {
  const where = { OR: [{ sourceRegistryId: id }, { destination: { registryId: id } }] };
  const count = await tx.mirrorJob.count({ where });
  if (count > 0) throw new AppError("in-use", { what: "registry", name, by: "job", count });
}
