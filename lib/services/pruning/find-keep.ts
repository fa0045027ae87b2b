import "server-only";
import { db } from "#lib/db/client.ts";
import { findChosenComponents } from "../selections/chosen-components.ts";
import { listPathsOf } from "./list-paths-of.ts";

/** What has to stay in a repository, whoever takes something away there. */
export interface RepositoryKeep {
  tags: Set<string>;
  digests: Set<string>;
}

/** Something that has to stay, and who wants it. */
export interface HeldImage {
  repository: string;
  tag: string | null;
  digest: string | null;
  /** Null: the provider, or the catalog, which is the provider's. */
  organizationId: string | null;
}

/**
 * What has to stay in repositories of a registry when an organization, or the provider (null), takes away what it has
 * published: what anybody else has published there, what every organization's selection leads to now, its own included,
 * and what enabled components lead to where the provider has published. Registries of one host are one.
 *
 * @param repositories full names at the registry; each has an entry in the answer
 */
export async function findKeep(
  organizationId: string | null,
  host: string,
  repositories: readonly string[],
): Promise<Map<string, RepositoryKeep>> {
  return groupHeld(repositories, await findHeld(organizationId, host, repositories));
}

/** The same, with who it is that wants each. */
export async function findHeld(
  organizationId: string | null,
  host: string,
  repositories: readonly string[],
): Promise<HeldImage[]> {
  const [published, selected, catalog] = await Promise.all([
    readOthersPublications(organizationId, host, repositories),
    readSelected(host, listPathsOf(repositories)),
    readCatalog(host, repositories),
  ]);
  const asked = new Set(repositories);
  return [...published, ...selected.filter(({ repository }) => asked.has(repository)), ...catalog];
}

/** Each repository with what has to stay in it. */
export function groupHeld(
  repositories: readonly string[],
  held: readonly HeldImage[],
): Map<string, RepositoryKeep> {
  const keep = new Map<string, RepositoryKeep>(
    repositories.map((repository) => [repository, { tags: new Set(), digests: new Set() }]),
  );
  for (const { repository, tag, digest } of held) {
    const entry = keep.get(repository);
    if (tag) entry?.tags.add(tag);
    if (digest) entry?.digests.add(digest);
  }
  return keep;
}

function readOthersPublications(
  organizationId: string | null,
  host: string,
  repositories: readonly string[],
): Promise<HeldImage[]> {
  return db.$queryRaw<HeldImage[]>`
    SELECT DISTINCT p."repository", p."tag", p."digest", p."organizationId"
      FROM "Publication" p
      JOIN "Destination" d ON d."id" = p."destinationId"
      JOIN "Registry" r ON r."id" = d."registryId"
     WHERE lower(r."host") = lower(${host}) AND p."repository" = ANY(${[...repositories]}::text[])
       AND p."organizationId" IS DISTINCT FROM ${organizationId}::uuid`;
}

async function readSelected(host: string, paths: readonly string[]): Promise<HeldImage[]> {
  const [components, offers] = await Promise.all([
    findChosenComponents(undefined, paths),
    db.offer.findMany({
      select: {
        organizationId: true,
        destination: { select: { basePath: true, registry: { select: { host: true } } } },
      },
    }),
  ]);
  const destinations = new Map(offers.map((offer) => [offer.organizationId, offer.destination]));
  return components.flatMap(({ organizationId, targetPath, moreTargets, tag, digest }) => {
    const destination = destinations.get(organizationId) ?? destinations.get(null);
    if (destination?.registry.host.toLowerCase() !== host.toLowerCase()) return [];
    const base = destination.basePath === "" ? "" : `${destination.basePath}/`;
    return [targetPath, ...moreTargets].map((path) => ({
      repository: `${base}${path}`,
      tag,
      digest,
      organizationId,
    }));
  });
}

function readCatalog(host: string, repositories: readonly string[]): Promise<HeldImage[]> {
  return db.$queryRaw<HeldImage[]>`
    SELECT DISTINCT n."repository", c."tag", c."digest", NULL::uuid AS "organizationId"
      FROM "Destination" d
      JOIN "Registry" r ON r."id" = d."registryId"
      CROSS JOIN "Component" c
      CROSS JOIN LATERAL unnest(c."targetPath" || c."moreTargets") t("path")
      CROSS JOIN LATERAL (SELECT concat_ws('/', nullif(d."basePath", ''), t."path") AS "repository") n
     WHERE lower(r."host") = lower(${host}) AND c."enabled" AND n."repository" = ANY(${[...repositories]}::text[])
       AND EXISTS (SELECT FROM "Publication" p
                    WHERE p."destinationId" = d."id" AND p."organizationId" IS NULL)`;
}
