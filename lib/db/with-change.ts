import "server-only";
import { type AuditAction, auditObjectType } from "#lib/audit-actions.ts";
import { formatAuditRow } from "./audit-row.ts";
import { writeDb } from "./client.ts";
import type { Prisma } from "./generated/client.ts";
import type { Role } from "./generated/enums.ts";

/** Who makes a change, as the audit trail remembers it. */
export interface ChangeActor {
  userId: string | null;
  name: string;
  role: Role | null;
  organizationId: string | null;
  requestId: string;
  address: string;
}

export interface Change {
  action: AuditAction;
  /** May be left to `audit.object` when the object is made by the change. */
  objectId?: string;
  objectName: string;
  /** The object's organization (null: the provider's); the actor's when it is not given. */
  organizationId?: string | null;
}

export interface ChangeAudit {
  /** The object as it was; secret fields are left out of the entry. */
  before(row: object): void;
  /** The object as it is now; secret fields are left out of the entry. */
  after(row: object): void;
  /** The change is about another object of the same kind, too: it gets an entry of its own. */
  also(object: { id: string; name: string; before?: object; after?: object }): void;
  /** Names an object that did not exist when the change began; its organization where only now there is one. */
  object(id: string, name: string, organizationId?: string): void;
}

export type ChangeTransaction = Prisma.TransactionClient;

/** What Prisma says when another change came between looking and writing: a key, a reference, a row, a deadlock. */
const overtakenCodes = new Set(["P2002", "P2003", "P2025", "P2034"]);

// Long enough to write a release of thousands of components on a slow disk, short enough to free its locks.
const limits = { maxWait: 10_000, timeout: 60_000 };

/**
 * The only way to change what people own: `run` and its AuditEntry are one transaction, so neither can stand without
 * the other. When `run` throws, nothing is written. When another change overtook it, `run` is called once more, so that
 * its own checks say what is in the way.
 */
export async function withChange<T>(
  by: { readonly actor: ChangeActor },
  change: Change,
  run: (tx: ChangeTransaction, audit: ChangeAudit) => Promise<T>,
): Promise<T> {
  try {
    return await writeChange(by.actor, change, run);
  } catch (error) {
    if (!wasOvertaken(error)) throw error;
    return writeChange(by.actor, change, run);
  }
}

function wasOvertaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && overtakenCodes.has(String(error.code));
}

async function writeChange<T>(
  actor: ChangeActor,
  change: Change,
  run: (tx: ChangeTransaction, audit: ChangeAudit) => Promise<T>,
): Promise<T> {
  return writeDb.$transaction(async (tx) => {
    let { objectId, objectName, organizationId = actor.organizationId } = change;
    let before: Prisma.InputJsonObject | undefined;
    let after: Prisma.InputJsonObject | undefined;
    const others: Prisma.AuditEntryCreateManyInput[] = [];
    const result = await run(tx, {
      also: ({ id, name, ...rows }) =>
        others.push({
          ...commonOf(actor, change.action),
          ...{ organizationId, objectId: id, objectName: name },
          ...(rows.before && { before: formatAuditRow(rows.before) }),
          ...(rows.after && { after: formatAuditRow(rows.after) }),
        }),
      before: (row) => (before = formatAuditRow(row)),
      after: (row) => (after = formatAuditRow(row)),
      object: (id, name, owner) => {
        [objectId, objectName] = [id, name];
        if (owner !== undefined) organizationId = owner;
      },
    });
    if (objectId === undefined) throw new Error(`the change ${change.action} did not name its object`);
    const entry = {
      ...commonOf(actor, change.action),
      ...{ organizationId, objectId, objectName },
      ...(before && { before }),
      ...(after && { after }),
    };
    await tx.auditEntry.createMany({ data: [entry, ...others] });
    return result;
  }, limits);
}

function commonOf({ userId, name, role, requestId, address }: ChangeActor, action: AuditAction) {
  const objectType = auditObjectType(action);
  return { actorId: userId, actorName: name, role, action, objectType, requestId, address };
}
