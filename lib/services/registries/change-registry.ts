import "server-only";
import { X509Certificate } from "node:crypto";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { HealthState } from "#lib/db/generated/enums.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { type Change, type ChangeTransaction, withChange } from "#lib/db/with-change.ts";
import { AppError, fieldError } from "#lib/errors.ts";
import type { CreateRegistryInput, UpdateRegistryInput } from "#lib/schemas/registries.ts";
import { encryptSecret } from "#lib/secrets.ts";
import { assertPasswordFits, secretBinding } from "./stored-password.ts";

const auditFields = {
  name: true,
  host: true,
  tlsMode: true,
  caPem: true,
  username: true,
  passwordEncrypted: true,
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
    if (input.username !== "" && input.password === "") throw fieldError("password", "required");
    await assertUsable(tx, input, null);
    const { id } = await tx.registry.create({ data: columnsOf(input), select: { id: true } });
    audit.object(id, input.name);
    // The id is part of what the secret is bound to, so it must exist first.
    const secret = input.password === "" ? null : encryptSecret(input.password, secretBinding(id));
    const row = await tx.registry.update({
      where: { id },
      data: { passwordEncrypted: secret },
      select: auditFields,
    });
    audit.after(formatAudit(row));
    return { id };
  });
}

/**
 * An empty password keeps the stored one, but never for another host: credentials must not be sent to where they were
 * not meant to go.
 *
 * @throws AppError `not-found`, `invalid-input`, `name-taken`, `in-use` when a registry with jobs would change hands
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
    assertPasswordFits(before, input);
    if (before.organizationId !== input.organizationId) await assertNoJobs(tx, id, before.name);
    await assertUsable(tx, input, id);
    const data: Prisma.RegistryUncheckedUpdateInput = columnsOf(input);
    if (input.password !== "") data.passwordEncrypted = encryptSecret(input.password, secretBinding(id));
    else if (input.username === "") data.passwordEncrypted = null;
    if (input.password !== "" || connectionDiffers(before, input)) Object.assign(data, unprobed);
    const after = await tx.registry.update({ where: { id }, data, select: auditFields });
    audit.after({ ...formatAudit(after), ...(input.password !== "" && { authentication: "replaced" }) });
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
    const count = await tx.destination.count({ where: { registryId: id } });
    if (count > 0) throw new AppError("in-use", { what: "registry", name, by: "destination", count });
    const deleted = await tx.registry.delete({ where: { id }, select: auditFields });
    audit.before(formatAudit(deleted));
  });
}

/** A registry as the audit trail keeps it: whether a password is stored, never which. */
function formatAudit({ passwordEncrypted, ...row }: AuditFields): object {
  return { ...row, authentication: passwordEncrypted === null ? "none" : "stored" };
}

function columnsOf(input: CreateRegistryInput) {
  return {
    name: input.name,
    host: input.host,
    tlsMode: input.tlsMode,
    caPem: input.caPem === "" ? null : input.caPem,
    username: input.username === "" ? null : input.username,
    description: input.description,
    organizationId: input.organizationId,
  };
}

function connectionDiffers(stored: AuditFields, input: CreateRegistryInput): boolean {
  const { host, tlsMode, caPem, username } = columnsOf(input);
  return (
    stored.host !== host ||
    stored.tlsMode !== tlsMode ||
    stored.caPem !== caPem ||
    stored.username !== username
  );
}

async function assertUsable(
  tx: ChangeTransaction,
  input: CreateRegistryInput,
  id: string | null,
): Promise<void> {
  assertCertificates(input.caPem);
  const { name, organizationId } = input;
  if (organizationId !== null && (await tx.organization.count({ where: { id: organizationId } })) === 0) {
    throw fieldError("organizationId", "invalid");
  }
  const others = { name, organizationId, ...(id !== null && { NOT: { id } }) };
  if ((await tx.registry.count({ where: others })) > 0)
    throw new AppError("name-taken", { what: "registry", name });
}

/** The schema knows the frame of a PEM text; whether certificates are in it shows only here. */
function assertCertificates(pem: string): void {
  for (const [certificate] of pem.matchAll(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)) {
    try {
      new X509Certificate(certificate);
    } catch (cause) {
      throw fieldError("caPem", "pem-format", { cause });
    }
  }
}

async function assertNoJobs(tx: ChangeTransaction, id: string, name: string): Promise<void> {
  const where = { OR: [{ sourceRegistryId: id }, { destination: { registryId: id } }] };
  const count = await tx.mirrorJob.count({ where });
  if (count > 0) throw new AppError("in-use", { what: "registry", name, by: "job", count });
}
