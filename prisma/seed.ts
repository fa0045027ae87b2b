import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { hashPassword } from "#lib/auth/passwords.ts";
import type { Permission } from "#lib/auth/permissions.ts";
import { systemAccess } from "#lib/auth/system-access.ts";
import { db } from "#lib/db/client.ts";
import { Role } from "#lib/db/generated/enums.ts";
import { type Change, withChange } from "#lib/db/with-change.ts";
import { listPluginImages, pluginGroup } from "#lib/demo/tanzu-plugins.ts";
import { dependenciesText, tkgImageList, type VendorImage } from "#lib/demo/vendor-lists.ts";
import { startJobInput } from "#lib/schemas/jobs.ts";
import { createRegistryInput } from "#lib/schemas/registries.ts";
import { defaultSources } from "#lib/schemas/releases.ts";
import { startJob } from "#lib/services/jobs/index.ts";
import { createOrganization } from "#lib/services/organizations.ts";
import { createDestination, createRegistry } from "#lib/services/registries/index.ts";
import { importRelease } from "#lib/services/releases/index.ts";

/** `host:port` of the registries that play the vendor's and the provider's. */
export interface DemoHosts {
  vendor: string;
  local: string;
}

export const demoUsers = [
  { username: "provider", displayName: "Dana Provider", role: Role.provider, organization: null },
  { username: "tenant", displayName: "Haneul Kim", role: Role.tenant_admin, organization: "hanbit" },
  { username: "auditor", displayName: "Aoi Auditor", role: Role.auditor, organization: null },
] as const;

export type DemoUsername = (typeof demoUsers)[number]["username"];

const organizations = [
  { name: "hanbit", displayName: "Hanbit Retail" },
  { name: "sakura", displayName: "Sakura Logistics" },
];

/**
 * Fills a new panel with samples: two organizations, three users, both registries, three releases, and a mirroring job
 * for the provider and each organization. What is there already is left as it is.
 */
export async function seedDemo(
  hosts: DemoHosts,
  passwords: Readonly<Record<DemoUsername, string>>,
): Promise<void> {
  for (const organization of organizations) {
    const { name } = organization;
    if ((await db.organization.count({ where: { name } })) > 0) continue;
    await createOrganization(seedAccess("organization.write"), organization);
  }
  for (const user of demoUsers) await seedUser(user, passwords[user.username]);
  const vendor = await seedRegistry("Vendor registry (sample)", hosts.vendor);
  const local = await seedRegistry("Local registry (sample)", hosts.local);
  const tkg = await seedRelease("tkg", "Tanzu Kubernetes Grid", "v2.1.1", tkgImageList);
  const dependencies = await seedRelease("getting_started_airgapped", "CSE", "4.2.2", dependenciesText);
  const { vendor: publisher, publisher: group, name, version } = pluginGroup;
  const plugins = await seedRelease(
    "tanzu_plugins",
    `Tanzu CLI ${publisher}-${group}/${name}`,
    version,
    formatPluginList(listPluginImages()),
  );
  await seedJob({ vendor, local, basePath: "", organization: null, releases: [tkg, dependencies, plugins] });
  for (const { name: organization } of organizations) {
    await seedJob({ vendor, local, basePath: organization, organization, releases: [dependencies] });
  }
}

/** The access of whoever starts the demo on their own machine. */
function seedAccess<P extends Permission>(permission: P): Access<P> {
  return systemAccess({ id: "demo", organizationId: null, startedBy: null }, permission);
}

async function seedUser(user: (typeof demoUsers)[number], password: string): Promise<void> {
  const { username, displayName, role, organization } = user;
  if ((await db.user.count({ where: { username } })) > 0) return;
  const organizationId = organization === null ? null : await findOrganizationId(organization);
  const passwordHash = await hashPassword(password);
  const change: Change = { action: "user.create", objectName: username, organizationId };
  await withChange(seedAccess("user.write"), change, async (tx, audit) => {
    const row = await tx.user.create({ data: { username, displayName, role, organizationId, passwordHash } });
    audit.object(row.id, username);
    audit.after({ username, displayName, role, organizationId });
  });
}

async function findOrganizationId(name: string): Promise<string> {
  const { id } = await db.organization.findUniqueOrThrow({ where: { name }, select: { id: true } });
  return id;
}

async function seedRegistry(name: string, host: string): Promise<string> {
  const known = await db.registry.findFirst({ where: { name, organizationId: null }, select: { id: true } });
  if (known) return known.id;
  const input = createRegistryInput.parse({
    name,
    host,
    tlsMode: "plain_http",
    caPem: "",
    username: "",
    password: "",
    description: "",
    organizationId: null,
  });
  return (await createRegistry(seedAccess("registry.write"), input)).id;
}

async function seedRelease(
  kind: keyof typeof defaultSources,
  name: string,
  version: string,
  text: string,
): Promise<string> {
  const known = await db.release.findFirst({ where: { name, version }, select: { id: true } });
  if (known) return known.id;
  const file = `${kind}.txt`;
  const source = defaultSources[kind];
  const release = await importRelease(seedAccess("catalog.write"), {
    kind,
    name,
    version,
    source,
    file,
    leaveOut: false,
    text,
  });
  return release.id;
}

function formatPluginList(images: readonly VendorImage[]): string {
  const folder = "tanzu_cli/plugins/";
  return images.map(({ repository, tag }) => `${repository.slice(folder.length)}:${tag}\n`).join("");
}

async function seedJob(job: {
  vendor: string;
  local: string;
  basePath: string;
  organization: string | null;
  releases: string[];
}): Promise<void> {
  const organizationId = job.organization === null ? null : await findOrganizationId(job.organization);
  if ((await db.mirrorJob.count({ where: { organizationId } })) > 0) return;
  const { basePath, local: registryId } = job;
  const known = await db.destination.findFirst({ where: { registryId, basePath }, select: { id: true } });
  const destination =
    known ?? (await createDestination(seedAccess("registry.write"), { registryId, basePath }));
  const input = startJobInput.parse({
    releaseIds: job.releases,
    sourceRegistryId: job.vendor,
    destinationId: destination.id,
    organizationId,
  });
  await startJob(seedAccess("job.start"), input);
}
