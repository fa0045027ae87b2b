import { authorizePage } from "#lib/auth/authorize.ts";
import { mayRole, schedulePermissions } from "#lib/auth/permissions.ts";
import { type Role, ScheduleKind } from "#lib/db/generated/enums.ts";
import { listOrganizationChoices } from "#lib/services/organizations.ts";
import { listRegistryChoices } from "#lib/services/registries/index.ts";
import { listReleaseChoices } from "#lib/services/releases/index.ts";

/** What the form of a schedule offers to a role. */
export async function readScheduleChoices(role: Role) {
  const kinds = Object.values(ScheduleKind).filter((kind) => mayRole(role, schedulePermissions[kind]));
  // As this process knows them, so that server and browser draw the same list.
  const timeZones = ["UTC", ...Intl.supportedValuesOf("timeZone")];
  if (!mayRole(role, "job.start")) return { kinds, timeZones, choices: null };
  const [catalog, registry, organization] = await Promise.all([
    authorizePage("catalog.read"),
    authorizePage("registry.read"),
    authorizePage("organization.read"),
  ]);
  const [releases, registries, organizations] = await Promise.all([
    listReleaseChoices(catalog),
    listRegistryChoices(registry),
    listOrganizationChoices(organization, { enabledOnly: true }),
  ]);
  const named = releases.map(({ id, name, version }) => ({ id, name, version }));
  return { kinds, timeZones, choices: { releases: named, registries, organizations } };
}
