import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { type Change, type ChangeTransaction, withChange } from "#lib/db/with-change.ts";
import type { BundledRelease } from "#lib/engine/bundle/drayage/bundle-document.ts";
import { parseReference } from "#lib/engine/oci/reference.ts";

// Keeps one insert far below the number of parameters that PostgreSQL takes.
const batchSize = 2000;

export interface ImportedRelease {
  id: string;
  title: string;
  /** False for one that was here before. */
  created: boolean;
}

/**
 * Makes the releases that an imported bundle carries. One of the same name and version that is here already is left as
 * it is.
 *
 * @throws EngineError `reference-invalid` when a component names no image
 */
export async function createReleases(
  access: Access<"job.start">,
  releases: readonly BundledRelease[],
): Promise<ImportedRelease[]> {
  const imported: ImportedRelease[] = [];
  for (const release of releases) {
    const { kind, name, version } = release;
    const title = `${name} ${version}`;
    const standing = await db.release.findUnique({ where: { name_version: { name, version } } });
    if (standing !== null) {
      imported.push({ id: standing.id, title, created: false });
      continue;
    }
    const change: Change = { action: "release.import", objectName: title, organizationId: null };
    const id = await withChange(access, change, async (tx, audit) => {
      const made = await createRelease(tx, release);
      audit.object(made, title);
      audit.after({ kind, name, version, componentCount: release.components.length });
      return made;
    });
    imported.push({ id, title, created: true });
  }
  return imported;
}

async function createRelease(
  tx: ChangeTransaction,
  { kind, name, version, source = "", document, components }: BundledRelease,
): Promise<string> {
  const { id } = await tx.release.create({
    data: { kind, name, version, source, document: document ?? null },
  });
  const rows = components.map((component, index) => describeComponent(component, id, index + 1));
  for (let start = 0; start < rows.length; start += batchSize) {
    await tx.component.createMany({ data: rows.slice(start, start + batchSize) });
  }
  return id;
}

function describeComponent(
  {
    kind,
    enabled,
    original,
    sourcePath,
    targetPath,
    moreTargets = [],
    part = "",
    tag,
    digest,
    sizeBytes,
    platforms,
  }: BundledRelease["components"][number],
  releaseId: string,
  position: number,
): Prisma.ComponentCreateManyInput {
  const { registry, repository } = parseReference(original);
  return {
    releaseId,
    position,
    kind,
    enabled,
    sourceHost: registry,
    sourceRepository: repository,
    sourcePath: sourcePath ?? "",
    // A component is named by one of the two.
    tag: tag ?? null,
    digest: tag === undefined ? (digest ?? null) : null,
    targetPath,
    moreTargets: [...moreTargets],
    part,
    platforms,
    ...(digest !== undefined && { resolvedDigest: digest, resolvedAt: new Date() }),
    ...(sizeBytes !== undefined && { sizeBytes }),
  };
}
