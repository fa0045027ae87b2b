import "server-only";
import type { Release } from "#lib/db/generated/client.ts";
import { db } from "#lib/db/client.ts";
import { findSourcePath } from "#lib/domain/catalog/find-source-path.ts";

/**
 * Where the lines of a release's document come from that do not say so themselves. Of a release that was made before this
 * was kept, or came in a bundle, its first image tells.
 */
export async function findSource({
  id,
  kind,
  source,
}: Pick<Release, "id" | "kind" | "source">): Promise<string> {
  if (source !== "") return source;
  const component = await db.component.findFirst({ where: { releaseId: id }, orderBy: { position: "asc" } });
  if (!component) return "";
  const { sourceHost, sourceRepository, sourcePath, targetPath } = component;
  const known = { releaseKind: kind, sourceHost, sourceRepository, targetPath, base: "" };
  const path = sourcePath === "" ? findSourcePath(known) : sourcePath;
  return `${sourceHost}/${sourceRepository}`.slice(0, -path.length).replace(/\/$/, "");
}
