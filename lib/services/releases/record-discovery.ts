import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import type { Component } from "#lib/db/generated/client.ts";
import { JobState } from "#lib/db/generated/enums.ts";
import { type Change, type ChangeTransaction, withChange } from "#lib/db/with-change.ts";
import { formatComponentKey } from "#lib/domain/catalog/component-key.ts";
import type { MappingRule } from "#lib/domain/catalog/target-mapping.ts";
import type { ErrorView } from "#lib/errors.ts";
import { jobsChannel, notifyJob } from "#lib/queue/notifications.ts";
import { formatStorableJson } from "#lib/storable-text.ts";
import { keepSwitches } from "../dependencies/keep-switches.ts";
import { lockJob } from "../jobs/job-row.ts";
import { makeRefreshTasks } from "../jobs/make-tasks.ts";
import { readSourceRewrites, readTargetRules } from "../paths/index.ts";
import { formatProblems } from "./format-problems.ts";

// Keeps one insert far below the number of parameters that PostgreSQL takes.
const batchSize = 2000;

/** An image that a release is made of. */
export type FoundComponent = Pick<
  Component,
  | "kind"
  | "enabled"
  | "sourceHost"
  | "sourceRepository"
  | "sourcePath"
  | "tag"
  | "digest"
  | "targetPath"
  | "moreTargets"
  | "part"
  | "foundIn"
>;

/** What a release turned out to be made of. */
export interface Discovery {
  /** The text that it was read from, if it is one that a person would edit. */
  document: string | null;
  components: readonly FoundComponent[];
  /** What of its documents could not be used. */
  problems: readonly ErrorView[];
}

interface RefreshRun {
  jobId: string;
  run: number;
  releaseId: string;
}

/**
 * Writes what a release is made of, and gives the job that looked a task for each image. A component that was there
 * before stays the same one, on or off as it was; what is no longer found goes.
 *
 * @param discovery null for a release of which no more is asked than what its images are
 */
export async function recordDiscovery(
  access: Access<"catalog.write">,
  { jobId, run, releaseId }: RefreshRun,
  discovery: Discovery | null,
): Promise<void> {
  const release = await db.release.findUniqueOrThrow({
    where: { id: releaseId },
    select: { name: true, version: true },
  });
  const [rewrites, rules] = await Promise.all([readSourceRewrites(), readTargetRules()]);
  const objectName = `${release.name} ${release.version}`;
  const change: Change = {
    action: "release.refresh",
    objectId: releaseId,
    objectName,
    organizationId: null,
  };
  await withChange(access, change, async (tx, audit) => {
    const job = await lockJob(tx, jobId);
    if (job.run !== run || job.state !== JobState.planning) return;
    if (discovery) audit.after(await replaceComponents(tx, releaseId, discovery, rules));
    else await tx.release.update({ where: { id: releaseId }, data: { refreshedAt: new Date() } });
    const components = await tx.component.findMany({ where: { releaseId }, orderBy: { position: "asc" } });
    const tasks = makeRefreshTasks(components, rewrites);
    for (let start = 0; start < tasks.length; start += batchSize) {
      const batch = tasks.slice(start, start + batchSize);
      await tx.mirrorTask.createMany({ data: batch.map((task) => ({ ...task, jobId })) });
    }
    await tx.mirrorJob.update({ where: { id: jobId }, data: { planTotal: tasks.length } });
    await notifyJob(tx, jobsChannel, jobId);
  });
}

async function replaceComponents(
  tx: ChangeTransaction,
  releaseId: string,
  { document, components, problems }: Discovery,
  rules: readonly MappingRule[],
): Promise<object> {
  const standing = await tx.component.findMany({ where: { releaseId } });
  const known = new Map(standing.map((component) => [formatComponentKey(component), component]));
  const found = new Map(components.map((component) => [formatComponentKey(component), component]));
  const gone = standing.filter((component) => !found.has(formatComponentKey(component)));
  await tx.component.deleteMany({ where: { id: { in: gone.map(({ id }) => id) } } });
  const rows = [...found].map(([key, component], index) => ({
    id: known.get(key)?.id,
    row: { ...component, releaseId, position: index + 1 },
  }));
  await moveComponents(tx, releaseId, rows);
  const added = rows.flatMap(({ id, row }) => (id === undefined ? [row] : []));
  for (let start = 0; start < added.length; start += batchSize) {
    await tx.component.createMany({ data: added.slice(start, start + batchSize) });
  }
  const release = await tx.release.findUniqueOrThrow({ where: { id: releaseId } });
  const now = await tx.component.findMany({ where: { releaseId } });
  await tx.release.update({
    where: { id: releaseId },
    data: {
      // What somebody has switched is switched in the text as well.
      ...(document !== null && { document: keepSwitches(release, document, now, rules) }),
      refreshedAt: new Date(),
      problems: formatProblems(problems),
    },
  });
  return { components: rows.length, added: added.length, removed: gone.length, problems: problems.length };
}

/** Components that stay get their new places; first far away, since no two may have one even for a moment. */
async function moveComponents(
  tx: ChangeTransaction,
  releaseId: string,
  rows: readonly { id: string | undefined; row: FoundComponent & { position: number } }[],
): Promise<void> {
  const moved = rows.flatMap(
    ({ id, row: { position, part, foundIn, sourcePath, targetPath, moreTargets } }) =>
      id === undefined ? [] : [{ id, position, part, foundIn, sourcePath, targetPath, moreTargets }],
  );
  await tx.$executeRaw`UPDATE "Component" SET "position" = -"position" WHERE "releaseId" = ${releaseId}::uuid`;
  await tx.$executeRaw`
    UPDATE "Component" c
       SET "position" = m."position", "part" = m."part", "foundIn" = m."foundIn",
           "sourcePath" = m."sourcePath", "targetPath" = m."targetPath", "moreTargets" = m."moreTargets"
      FROM jsonb_to_recordset(${formatStorableJson(moved)}::jsonb)
           AS m("id" uuid, "position" int, "part" text, "foundIn" text[], "sourcePath" text,
                "targetPath" text, "moreTargets" text[])
     WHERE c."id" = m."id"`;
}
