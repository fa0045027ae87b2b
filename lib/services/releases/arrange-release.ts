import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import type { Component, Release } from "#lib/db/generated/client.ts";
import { type Change, withChange } from "#lib/db/with-change.ts";
import { findSourcePath } from "#lib/domain/catalog/find-source-path.ts";
import { placeComponent } from "#lib/domain/catalog/place-component.ts";
import type { MappingRule } from "#lib/domain/catalog/target-mapping.ts";
import { parseRepository } from "#lib/engine/oci/reference.ts";
import { AppError } from "#lib/errors.ts";
import type { PlacementChange } from "#lib/schemas/paths.ts";
import { defaultSources } from "#lib/schemas/releases.ts";
import { formatStorableJson } from "#lib/storable-text.ts";
import { readTargetRules } from "../paths/index.ts";

type PlacedComponent = Pick<
  Component,
  "id" | "sourceHost" | "sourceRepository" | "sourcePath" | "tag" | "digest" | "targetPath" | "moreTargets"
>;

const placedFields = {
  id: true,
  sourceHost: true,
  sourceRepository: true,
  sourcePath: true,
  tag: true,
  digest: true,
  targetPath: true,
  moreTargets: true,
} as const;

/** The images of a release that go elsewhere by the rules as they are now. @throws AppError `not-found` */
export async function listPlacementChanges(
  _access: Access<"catalog.read">,
  releaseId: string,
): Promise<PlacementChange[]> {
  const release = await findRelease(releaseId);
  const components = await db.component.findMany({
    where: { releaseId },
    orderBy: { position: "asc" },
    select: placedFields,
  });
  return compare(release, components, await readTargetRules());
}

/** Sends the images of a release where the rules of now say; jobs that are there stay as they are. @throws AppError `not-found` */
export async function arrangeRelease(
  access: Access<"catalog.write">,
  { releaseId }: { releaseId: string },
): Promise<{ count: number }> {
  const release = await findRelease(releaseId);
  const rules = await readTargetRules();
  const change: Change = {
    action: "release.arrange",
    objectId: releaseId,
    objectName: `${release.name} ${release.version}`,
    organizationId: null,
  };
  return withChange(access, change, async (tx, audit) => {
    // A look-up that is just writing what it found comes before or after.
    await tx.$queryRaw`SELECT 1 FROM "Release" WHERE "id" = ${releaseId}::uuid FOR NO KEY UPDATE`;
    const components = await tx.component.findMany({ where: { releaseId }, select: placedFields });
    const changes = compare(release, components, rules);
    const rows = changes.map(({ id, after: [targetPath, ...moreTargets] }) => ({
      id,
      targetPath,
      moreTargets,
    }));
    await tx.$executeRaw`
      UPDATE "Component" c
         SET "targetPath" = m."targetPath", "moreTargets" = m."moreTargets"
        FROM jsonb_to_recordset(${formatStorableJson(rows)}::jsonb)
             AS m("id" uuid, "targetPath" text, "moreTargets" text[])
       WHERE c."id" = m."id"`;
    audit.after({ changed: changes.length });
    return { count: changes.length };
  });
}

async function findRelease(id: string) {
  const release = await db.release.findUnique({
    where: { id },
    select: { kind: true, name: true, version: true, source: true },
  });
  if (!release) throw new AppError("not-found", { what: "release" });
  return release;
}

function compare(
  { kind, source }: Pick<Release, "kind" | "source">,
  components: readonly PlacedComponent[],
  rules: readonly MappingRule[],
): PlacementChange[] {
  return components.flatMap((component) => {
    const { id, sourceHost, sourceRepository, sourcePath, tag, digest, targetPath, moreTargets } = component;
    const base = source === "" ? defaultSources[kind] : source;
    const path =
      sourcePath === ""
        ? findSourcePath({ releaseKind: kind, sourceHost, sourceRepository, targetPath, base })
        : parseRepository(sourcePath);
    const placed = placeComponent(
      { releaseKind: kind, sourceRepository: parseRepository(sourceRepository), path },
      rules,
    );
    const before = [targetPath, ...moreTargets];
    const after = [placed.targetPath, ...placed.moreTargets];
    if (before.join("\n") === after.join("\n")) return [];
    const version = tag === null ? `@${digest ?? ""}` : `:${tag}`;
    return [{ id, original: `${sourceHost}/${sourceRepository}${version}`, before, after }];
  });
}
