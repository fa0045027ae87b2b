import "server-only";
import { createHash } from "node:crypto";
import { db } from "#lib/db/client.ts";
import { Prisma } from "#lib/db/generated/client.ts";
import type { Component, Release } from "#lib/db/generated/client.ts";
import { AppError } from "#lib/errors.ts";
import type { EffectiveOffer } from "../offers/find-offer.ts";

/** A component that an organization may choose, as it stands now. */
export interface OfferedRow extends Pick<
  Component,
  | "id"
  | "kind"
  | "sourceHost"
  | "sourceRepository"
  | "sourcePath"
  | "tag"
  | "digest"
  | "part"
  | "foundIn"
  | "sizeBytes"
  | "platforms"
> {
  isRequired: boolean;
  isOn: boolean;
  isNew: boolean;
  isPublished: boolean;
}

/** What an organization may choose of a release, and how it has been chosen last. */
export interface OfferedParts {
  release: Pick<Release, "id" | "kind" | "name" | "version">;
  /** The latest revision; null while there is none. */
  latest: { id: string; revision: number } | null;
  rows: OfferedRow[];
  /** SHA-256 of what is offered, by which a change of it is told. */
  offered: string;
}

/**
 * A row for each component that is offered, with what is known of its release's latest revision: `isRequired`, `isOn`,
 * `isNew`, `isPublished`. Without a revision what the release's own list has on is on. Published is what the
 * organization has at all of the component's places, as the tag's last known image.
 *
 * @param releaseId of all offered releases without it
 */
export function selectOfferedComponents(
  offer: Pick<EffectiveOffer, "id" | "destination">,
  organizationId: string,
  releaseId?: string,
): Prisma.Sql {
  const { destination } = offer;
  const ofRelease = (column: string) =>
    releaseId === undefined ? Prisma.sql`TRUE` : Prisma.sql`${Prisma.raw(column)} = ${releaseId}::uuid`;
  const base = destination === null || destination.basePath === "" ? "" : `${destination.basePath}/`;
  const isPublished =
    destination === null
      ? Prisma.sql`FALSE`
      : Prisma.sql`NOT EXISTS (
          SELECT 1 FROM unnest(c."targetPath" || c."moreTargets") AS place
           WHERE NOT EXISTS (
             SELECT 1 FROM "Publication" p
              WHERE p."destinationId" = ${destination.id}::uuid AND p."organizationId" = ${organizationId}::uuid
                AND p."repository" = ${base} || place AND p."tag" = COALESCE(c."tag", '')
                AND p."digest" = COALESCE(c."resolvedDigest", c."digest", p."digest")))`;
  return Prisma.sql`
    SELECT c.*, s."id" AS "selectionId", s."revision", s."createdAt" AS "savedAt",
           (e."rule" = 'required') IS TRUE AS "isRequired",
           CASE WHEN e."rule" = 'required' THEN TRUE
                WHEN s."id" IS NULL THEN c."enabled"
                ELSE x."enabled" IS TRUE END AS "isOn",
           s."id" IS NOT NULL AND x."componentId" IS NULL AS "isNew",
           ${isPublished} AS "isPublished"
      FROM "OfferRelease" f
      JOIN "Component" c ON c."releaseId" = f."releaseId"
      LEFT JOIN (SELECT DISTINCT ON (l."releaseId") l."id", l."releaseId", l."revision", l."createdAt"
                   FROM "Selection" l
                  WHERE l."organizationId" = ${organizationId}::uuid AND ${ofRelease('l."releaseId"')}
                  ORDER BY l."releaseId", l."revision" DESC) s ON s."releaseId" = c."releaseId"
      LEFT JOIN "OfferComponent" e ON e."offerId" = f."offerId" AND e."componentId" = c."id"
      LEFT JOIN "SelectionComponent" x ON x."selectionId" = s."id" AND x."componentId" = c."id"
     WHERE f."offerId" = ${offer.id}::uuid AND ${ofRelease('f."releaseId"')}
       AND e."rule" IS DISTINCT FROM 'withheld'`;
}

/**
 * @param offer of the organization
 * @throws AppError `not-found` for a release that is not offered
 */
export async function findOfferedParts(
  offer: EffectiveOffer | null,
  organizationId: string,
  releaseId: string,
): Promise<OfferedParts> {
  const release = offer?.releaseIds.includes(releaseId)
    ? await db.release.findUnique({
        where: { id: releaseId },
        select: { id: true, kind: true, name: true, version: true },
      })
    : null;
  if (!offer || !release) throw new AppError("not-found", { what: "release" });
  const [latest, rows] = await Promise.all([
    db.selection.findFirst({
      where: { organizationId, releaseId },
      orderBy: { revision: "desc" },
      select: { id: true, revision: true },
    }),
    db.$queryRaw<OfferedRow[]>`
      SELECT o."id", o."kind"::text AS "kind", o."sourceHost", o."sourceRepository", o."sourcePath", o."tag",
             o."digest", o."part", o."foundIn", o."sizeBytes", coalesce(o."platforms", '{}') AS "platforms",
             o."isRequired", o."isOn", o."isNew", o."isPublished"
        FROM (${selectOfferedComponents(offer, organizationId, releaseId)}) o
       ORDER BY o."position"`,
  ]);
  return { release, latest, rows, offered: digestOffer(rows) };
}

function digestOffer(rows: readonly OfferedRow[]): string {
  const hash = createHash("sha256");
  const entries = rows.map(({ id, isRequired }) => `${id} ${isRequired ? "required" : "free"}\n`);
  for (const entry of entries.toSorted()) hash.update(entry);
  return hash.digest("hex");
}

/** As a person reads it: `repository:tag`. */
export function formatComponentName({
  sourceRepository,
  tag,
  digest,
}: Pick<Component, "sourceRepository" | "tag" | "digest">): string {
  return tag === null ? `${sourceRepository}@${digest ?? ""}` : `${sourceRepository}:${tag}`;
}
