import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { listHeldStores } from "#lib/bundle-stores.ts";
import { db } from "#lib/db/client.ts";
import type { DiskSpace, DoctorQuestion, ExpectedImage } from "#lib/domain/doctor/doctor-question.ts";
import { examine } from "#lib/domain/doctor/examine.ts";
import type { Finding } from "#lib/domain/doctor/finding.ts";
import { clusterFolders } from "#lib/domain/vcd/resolved-paths.ts";
import { measureFreeSpace } from "#lib/engine/bundle/export-folder.ts";
import { logger } from "#lib/logger.ts";
import { readConnection } from "../registries/index.ts";
import { describeRun } from "./describe-run.ts";
import { parseQuestion, type StoredQuestion } from "./stored-question.ts";

/** Of each of the three folders: one is looked at, the others stand in for it should it be gone. */
const expectedPerFolder = 3;

/** A run as its row has it. */
export interface AskedRun {
  host: string;
  basePath: string;
  question: unknown;
}

/**
 * Carries out a run, from this machine on, and says what is seen as it is seen. Whoever calls it gets no password: it is
 * read here, and shown to the registry that it is stored for alone.
 *
 * @throws an Error named `AbortError` when the signal fired
 */
export async function* examineRun(
  access: Access<"doctor.run">,
  run: AskedRun,
  signal: AbortSignal,
): AsyncGenerator<Finding, void, undefined> {
  const question = parseQuestion(run.question);
  const [connection, expected, disks] = await Promise.all([
    findConnection(access, run.host, question),
    findExpected(run),
    measureDisks(),
  ]);
  yield* examine({ ...describeRun(run, question), ...connection, expected, disks }, { signal });
}

async function findConnection(
  access: Access<"doctor.run">,
  host: string,
  { registryId }: StoredQuestion,
): Promise<Pick<DoctorQuestion, "plainHttp" | "proxy" | "credentials">> {
  if (registryId === null) return {};
  try {
    const connection = await readConnection(access, registryId);
    // It may lead elsewhere since the run was asked for: what is stored for another host is not for this one.
    if (connection?.host !== host) return {};
    const { plainHttp, proxy, credentials } = connection;
    return { plainHttp, ...(proxy && { proxy }), ...(credentials && { credentials }) };
  } catch (error) {
    // The rest can be looked at all the same; the registry's own page says what is wrong with it.
    logger.warn({ err: error, host }, "what is stored for a registry could not be read");
    return {};
  }
}

/** What is known to have been placed where clusters will look, the latest first. */
async function findExpected({ host, basePath }: AskedRun): Promise<ExpectedImage[]> {
  const found = await Promise.all(
    clusterFolders.map((folder) =>
      db.placement.findMany({
        where: {
          destination: { registry: { host } },
          repository: { startsWith: `${basePath === "" ? folder : `${basePath}/${folder}`}/` },
          // What has no tag stands under its digest.
          NOT: { tag: { startsWith: "@" } },
        },
        orderBy: [{ verifiedAt: "desc" }, { repository: "asc" }, { tag: "asc" }],
        take: expectedPerFolder,
        select: { repository: true, tag: true, digest: true },
      }),
    ),
  );
  return found.flat();
}

/** The folders for bundles that this process holds. */
async function measureDisks(): Promise<DiskSpace[]> {
  const stores = await listHeldStores();
  return Promise.all(
    stores.map(async ({ name, path }) => ({
      folder: name,
      freeBytes: await measureFreeSpace(path).catch(() => null),
    })),
  );
}
