import type { Role, ScheduleKind } from "#lib/db/generated/enums.ts";

/** Everything a person may do. Client-safe: the navigation asks the same table that guards the services. */
const rolesOf = {
  "overview.read": ["provider", "tenant_admin", "auditor"],
  "account.read": ["provider", "tenant_admin", "auditor"],
  "account.write": ["provider", "tenant_admin", "auditor"],
  "organization.read": ["provider", "tenant_admin", "auditor"],
  "organization.write": ["provider"],
  "user.read": ["provider", "tenant_admin", "auditor"],
  "user.write": ["provider"],
  "registry.read": ["provider", "tenant_admin", "auditor"],
  "registry.write": ["provider"],
  "catalog.read": ["provider", "tenant_admin", "auditor"],
  "catalog.write": ["provider"],
  "job.read": ["provider", "tenant_admin", "auditor"],
  "job.start": ["provider"],
  "job.confirm": ["provider", "tenant_admin"],
  "job.cancel": ["provider", "tenant_admin"],
  "job.retry": ["provider", "tenant_admin"],
  "offer.read": ["provider", "tenant_admin", "auditor"],
  "offer.write": ["provider"],
  "selection.read": ["provider", "tenant_admin", "auditor"],
  "selection.write": ["provider", "tenant_admin"],
  "publish.start": ["provider", "tenant_admin"],
  "prune.read": ["provider", "auditor"],
  "prune.start": ["provider", "tenant_admin"],
  "schedule.read": ["provider", "tenant_admin", "auditor"],
  "schedule.write": ["provider", "tenant_admin"],
  "notification.read": ["provider", "auditor"],
  "notification.write": ["provider"],
  "bundle.read": ["provider", "auditor"],
  "bundle.write": ["provider"],
  "file.check": ["provider", "tenant_admin", "auditor"],
  "settings.read": ["provider", "auditor"],
  "settings.write": ["provider"],
  "certificate.read": ["provider", "auditor"],
  "certificate.write": ["provider"],
  "cluster-config.read": ["provider", "tenant_admin", "auditor"],
  "cluster-config.secret": ["provider", "tenant_admin"],
  "checklist.read": ["provider", "tenant_admin", "auditor"],
  "checklist.write": ["provider", "tenant_admin"],
  "doctor.read": ["provider", "auditor"],
  "doctor.run": ["provider"],
  "audit.read": ["provider", "auditor"],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof rolesOf;

export const permissions = Object.keys(rolesOf) as Permission[];

export function mayRole(role: Role, permission: Permission): boolean {
  return (rolesOf[permission] as readonly Role[]).includes(role);
}

/** What the owner of a schedule must be allowed to do, by its kind. */
export const schedulePermissions = {
  mirror: "job.start",
  verify: "job.start",
  publish: "publish.start",
  refresh: "catalog.write",
} as const satisfies Record<ScheduleKind, Permission>;
