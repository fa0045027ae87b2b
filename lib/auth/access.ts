import "server-only";
import type { ChangeActor } from "#lib/db/with-change.ts";
import type { Role } from "#lib/db/generated/enums.ts";
import type { Permission } from "./permissions.ts";

// Assigned by the static block below, which alone can call the private constructor.
export let issueAccess: <P extends Permission>(
  permission: P,
  actor: ChangeActor,
  role: Role,
  sessionId: string | null,
) => Access<P>;

/**
 * Proof that an actor may do `P`. Services take one as their first argument, so a missing or wrong check does not
 * compile. The constructor is private; `issueAccess` is imported by `authorize`, `systemAccess` and `scheduleAccess` alone,
 * which the architecture test checks.
 */
export class Access<P extends Permission> {
  static {
    issueAccess = (permission, actor, role, sessionId) => new Access(permission, actor, role, sessionId);
  }

  readonly permission: P;
  readonly actor: ChangeActor;
  readonly role: Role;
  /** The person's own session; null for a job and a schedule. */
  readonly sessionId: string | null;

  private constructor(permission: P, actor: ChangeActor, role: Role, sessionId: string | null) {
    this.permission = permission;
    this.actor = actor;
    this.role = role;
    this.sessionId = sessionId;
  }

  /** The tenant's organization; null for those who see all of them. */
  get organizationId(): string | null {
    return this.actor.organizationId;
  }

  /** The tenant isolation of a query: what a tenant does not own does not exist for it. */
  ownRows(): { organizationId?: string } {
    return this.actor.organizationId === null ? {} : { organizationId: this.actor.organizationId };
  }
}
