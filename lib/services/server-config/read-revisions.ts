import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import type { ConfigDifference } from "#lib/domain/vcd/config-difference.ts";
import { formatEntity } from "#lib/domain/vcd/format-entity.ts";
import { hideConfigSecrets } from "#lib/domain/vcd/hidden-secrets.ts";
import { AppError } from "#lib/errors.ts";
import { type Page, pageWindow } from "#lib/schemas/list-query.ts";
import type {
  ConfigRevisionQuery,
  ConfigRevisionRow,
  RevisionParams,
  ShownDifference,
} from "#lib/schemas/server-config.ts";
import { readRevision } from "./read-revision.ts";
import { showDifferences } from "./show-difference.ts";

/** The revisions of the configuration, the latest first. */
export async function listRevisions(
  _access: Access<"settings.read">,
  query: ConfigRevisionQuery,
): Promise<Page<ConfigRevisionRow>> {
  const [rows, total] = await Promise.all([
    db.configRevision.findMany({
      orderBy: { number: query.order },
      omit: { documentEncrypted: true, difference: true },
      include: { createdBy: { select: { displayName: true } } },
      ...pageWindow(query),
    }),
    db.configRevision.count(),
  ]);
  return {
    rows: rows.map(({ number, createdAt, createdBy, createdByName, ...row }) => ({
      number,
      savedAt: createdAt.toISOString(),
      savedBy: createdBy?.displayName ?? createdByName,
      origin: row.origin,
      restoredFrom: row.restoredFrom,
      differenceCount: row.differenceCount,
    })),
    total,
    page: query.page,
    pageSize: query.pageSize,
  };
}

/** What a revision changed against the one before it. @throws AppError `not-found` */
export async function getRevisionDifference(
  _access: Access<"settings.read">,
  { revision: number }: RevisionParams,
): Promise<ShownDifference> {
  const row = await db.configRevision.findUnique({ where: { number }, select: { difference: true } });
  if (!row) throw new AppError("not-found", { what: "config-revision" });
  return showDifferences(row.difference as unknown as ConfigDifference[]);
}

/**
 * The entity of a revision, as it is put into Cloud Director, without its secrets.
 *
 * @throws AppError `not-found`, `secret-unreadable`
 */
export async function downloadRevision(
  _access: Access<"settings.read">,
  { revision }: RevisionParams,
): Promise<{ name: string; text: string }> {
  const { document } = await readRevision(db, revision);
  return {
    name: `vcdkeconfig-revision-${revision}.json`,
    text: formatEntity(hideConfigSecrets(document).document),
  };
}
