import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { type Page, pageWindow } from "#lib/schemas/list-query.ts";
import type {
  RevisionChanges,
  RevisionListQuery,
  RevisionParams,
  RevisionRow,
  SelectionParams,
} from "#lib/schemas/selections.ts";
import { findOwner } from "./find-owner.ts";
import { formatComponentName } from "./offered-components.ts";

/** What is named of a revision at most, each way. */
const maxNamed = 500;

interface RevisionCounts {
  id: string;
  onCount: number;
  addedCount: number;
  removedCount: number;
}

/**
 * The revisions of an organization's selection, the latest first.
 *
 * @throws AppError `not-found`
 */
export async function listRevisions(
  access: Access<"selection.read">,
  { organization: name, release: releaseId }: SelectionParams,
  query: RevisionListQuery,
): Promise<Page<RevisionRow>> {
  const { organization } = await findOwner(access, { name });
  const where = { organizationId: organization.id, releaseId };
  const [rows, total] = await Promise.all([
    db.selection.findMany({
      where,
      orderBy: { revision: query.order },
      include: { createdBy: { select: { displayName: true, organizationId: true } } },
      ...pageWindow(query),
    }),
    db.selection.count({ where }),
  ]);
  const counts = await countChanges(rows.map(({ id }) => id));
  return {
    rows: rows.map(({ id, revision, createdAt, createdBy, restoredFrom }) => {
      const own = counts.get(id);
      // Tenants are told no names of the provider's people.
      const isNamed = access.organizationId === null || createdBy?.organizationId === access.organizationId;
      return {
        revision,
        savedAt: createdAt.toISOString(),
        savedBy: isNamed ? (createdBy?.displayName ?? null) : null,
        restoredFrom,
        onCount: own?.onCount ?? 0,
        addedCount: own?.addedCount ?? 0,
        removedCount: own?.removedCount ?? 0,
      };
    }),
    total,
    page: query.page,
    pageSize: query.pageSize,
  };
}

/** Of each revision, against the one before it. */
async function countChanges(ids: readonly string[]): Promise<Map<string, RevisionCounts>> {
  const rows = await db.$queryRaw<RevisionCounts[]>`
    SELECT s."id", (count(*) FILTER (WHERE d."now"))::int AS "onCount",
           (count(*) FILTER (WHERE d."now" AND NOT d."before"))::int AS "addedCount",
           (count(*) FILTER (WHERE d."before" AND NOT d."now"))::int AS "removedCount"
      FROM "Selection" s
      LEFT JOIN "Selection" b ON b."organizationId" = s."organizationId" AND b."releaseId" = s."releaseId"
                             AND b."revision" = s."revision" - 1
     CROSS JOIN LATERAL (
       SELECT bool_or(c."enabled" AND c."selectionId" = s."id") AS "now",
              bool_or(c."enabled" AND c."selectionId" IS NOT DISTINCT FROM b."id") AS "before"
         FROM "SelectionComponent" c
        WHERE c."selectionId" IN (s."id", b."id")
        GROUP BY c."componentId") d
     WHERE s."id" = ANY(${[...ids]}::uuid[])
     GROUP BY s."id"`;
  return new Map(rows.map((row) => [row.id, row]));
}

/** The names of what a revision turned on and off. @throws AppError `not-found` */
export async function getRevisionChanges(
  access: Access<"selection.read">,
  { organization: name, release: releaseId, revision }: RevisionParams,
): Promise<RevisionChanges> {
  const { organization } = await findOwner(access, { name });
  const selections = await db.selection.findMany({
    where: { organizationId: organization.id, releaseId, revision: { in: [revision - 1, revision] } },
    select: { id: true, revision: true },
  });
  const own = selections.find((selection) => selection.revision === revision);
  if (!own) throw new AppError("not-found", { what: "selection" });
  const before = selections.find((selection) => selection.revision !== revision);
  const [added, removed] = await Promise.all([
    nameOnly(own.id, before?.id),
    before ? nameOnly(before.id, own.id) : [],
  ]);
  return { added, removed };
}

/** What is on in one revision and not in the other. */
async function nameOnly(selectionId: string, otherId: string | undefined): Promise<string[]> {
  const rows = await db.component.findMany({
    where: {
      selections: { some: { selectionId, enabled: true } },
      ...(otherId !== undefined && {
        NOT: { selections: { some: { selectionId: otherId, enabled: true } } },
      }),
    },
    orderBy: { position: "asc" },
    take: maxNamed,
    select: { sourceRepository: true, tag: true, digest: true },
  });
  return rows.map(formatComponentName);
}
