/** Everything that the audit trail records, with the kind of object that it is about. */
const objectTypeOf = {
  "account.change-language": "user",
  "account.change-password": "user",
  "account.sign-out-others": "user",
  "bundle.begin-upload": "bundle",
  "bundle.check": "bundle",
  "bundle.delete": "bundle",
  "bundle.finish-upload": "bundle",
  "bundle-store.scan": "bundle-store",
  "destination.create": "destination",
  "destination.delete": "destination",
  "job.cancel": "job",
  "job.confirm": "job",
  "job.retry": "job",
  "job.start": "job",
  "key.create": "key",
  "key.trust": "key",
  "organization.create": "organization",
  "organization.disable": "organization",
  "organization.enable": "organization",
  "organization.rename": "organization",
  "registry.create": "registry",
  "registry.delete": "registry",
  "registry.probe": "registry",
  "registry.update": "registry",
  "release.arrange": "release",
  "release.delete": "release",
  "release.edit": "release",
  "release.import": "release",
  "release.refresh": "release",
  "setup.create-account": "user",
  "setup.create-link": "link",
  "source-rewrite.save": "source-rewrite",
  "store-file.delete": "store-file",
  "target-rule.save": "target-rule",
  "user.create": "user",
  "user.create-link": "user",
  "user.disable": "user",
  "user.enable": "user",
  "user.sign-in": "user",
  "user.sign-in-failed": "user",
  "user.sign-out": "user",
  "user.sign-out-everywhere": "user",
  "user.update": "user",
  "user.use-link": "user",
} as const;

export type AuditAction = keyof typeof objectTypeOf;
export type AuditObjectType = (typeof objectTypeOf)[AuditAction];

export const auditActions = Object.keys(objectTypeOf) as AuditAction[];
export const auditObjectTypes: AuditObjectType[] = [...new Set(Object.values(objectTypeOf))].toSorted();

export function auditObjectType(action: AuditAction): AuditObjectType {
  return objectTypeOf[action];
}
