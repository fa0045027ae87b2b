import type { Role } from "#lib/db/generated/enums.ts";
import type { PrismaClient } from "#lib/db/generated/client.ts";

let made = 0;

/** Rows of people for tests, written past the services. */
export function createPeople(client: PrismaClient) {
  return {
    organization: (fields: { name?: string; disabledAt?: Date } = {}) => {
      const name = fields.name ?? `tenant-${++made}`;
      return client.organization.create({ data: { displayName: name.toUpperCase(), ...fields, name } });
    },
    user: (
      fields: {
        username?: string;
        role?: Role;
        organizationId?: string;
        passwordHash?: string;
        disabledAt?: Date;
        locale?: string;
      } = {},
    ) => {
      const username = fields.username ?? `person-${++made}`;
      const role = fields.role ?? (fields.organizationId === undefined ? "provider" : "tenant_admin");
      return client.user.create({ data: { displayName: username, ...fields, username, role } });
    },
  };
}
