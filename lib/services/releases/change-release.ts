import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { JobKind } from "#lib/db/generated/enums.ts";
import { type Change, withChange } from "#lib/db/with-change.ts";
import { AppError } from "#lib/errors.ts";
import type { ImportReleaseInput } from "#lib/schemas/releases.ts";
import { assertNotOffered } from "../offers/offer-uses.ts";
import { readTargetRules } from "../paths/index.ts";
import { assertNotSelected } from "../selections/selection-uses.ts";
import { formatProblems } from "./format-problems.ts";
import { assertUsable, readGivenList } from "./read-given-list.ts";
import { rowFields } from "./read-releases.ts";

// Keeps one insert far below the number of parameters that PostgreSQL takes.
const batchSize = 2000;

/**
 * Makes a release of a list; the list is read whole before anything is written. A list with a bad line is refused, unless
 * they are to be left out or it is a dependencies.txt: then they are told as the release's problems.
 *
 * @throws AppError `invalid-input` for a source that is none, `name-taken`, `list-empty`, `list-too-large`,
 * `list-line-invalid`
 */
export async function importRelease(
  access: Access<"catalog.write">,
  input: ImportReleaseInput,
): Promise<{ id: string }> {
  const { kind, name, version, source, text } = input;
  const list = readGivenList(input, await readTargetRules());
  assertUsable(list, input);
  const { components, problems } = list;
  const title = `${name} ${version}`;
  const change: Change = {
    action: "release.import",
    objectName: title,
    organizationId: null,
  };
  return withChange(access, change, async (tx, audit) => {
    if ((await tx.release.count({ where: { name, version } })) > 0) {
      throw new AppError("name-taken", { what: "release", name: title });
    }
    const { id } = await tx.release.create({
      data: {
        kind,
        name,
        version,
        document: text,
        source,
        problems: formatProblems(problems),
      },
    });
    for (let start = 0; start < components.length; start += batchSize) {
      const batch = components.slice(start, start + batchSize);
      await tx.component.createMany({
        data: batch.map(({ line: _line, moreTargets, ...component }, index) => ({
          ...component,
          moreTargets: [...moreTargets],
          releaseId: id,
          position: start + index + 1,
        })),
      });
    }
    audit.object(id, title);
    audit.after({
      kind,
      name,
      version,
      file: input.file,
      componentCount: components.length,
      problems: problems.length,
    });
    return { id };
  });
}

/** @throws AppError `not-found`; `in-use` by jobs, and by what organizations have selected or are offered of it */
export async function deleteRelease(access: Access<"catalog.write">, id: string): Promise<void> {
  const release = await db.release.findUnique({ where: { id }, select: rowFields });
  if (!release) throw new AppError("not-found", { what: "release" });
  const name = `${release.name} ${release.version}`;
  const change: Change = {
    action: "release.delete",
    objectId: id,
    objectName: name,
    organizationId: null,
  };
  await withChange(access, change, async (tx, audit) => {
    // A job that looked the release up has no use for it once it has ended.
    const ended = { kind: JobKind.refresh_catalog, finishedAt: { not: null } };
    const count = await tx.jobRelease.count({ where: { releaseId: id, job: { NOT: ended } } });
    if (count > 0) throw new AppError("in-use", { what: "release", name, by: "job", count });
    await assertNotSelected(tx, id, name);
    await assertNotOffered(tx, { what: "release", name }, { releases: { some: { releaseId: id } } });
    await tx.jobRelease.deleteMany({ where: { releaseId: id } });
    const componentCount = await tx.component.count({ where: { releaseId: id } });
    await tx.release.delete({ where: { id } });
    const { request, ...given } = release;
    audit.before({ ...given, ...(request !== null && { request }), componentCount });
  });
}
