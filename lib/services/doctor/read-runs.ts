import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { FindingSeverity } from "#lib/db/generated/enums.ts";
import { containsText } from "#lib/db/match-text.ts";
import type { ChangeTransaction } from "#lib/db/with-change.ts";
import { AppError } from "#lib/errors.ts";
import type {
  DoctorReport,
  DoctorRunDetail,
  DoctorRunRow,
  DoctorRunsQuery,
  FindingView,
} from "#lib/schemas/doctor.ts";
import { type Page, pageWindow } from "#lib/schemas/list-query.ts";
import packageJson from "../../../package.json" with { type: "json" };
import { listCommands } from "./list-commands.ts";
import { parseQuestion } from "./stored-question.ts";

const rowFields = {
  id: true,
  state: true,
  askedBy: true,
  host: true,
  basePath: true,
  worst: true,
  createdAt: true,
  createdByName: true,
  finishedAt: true,
} satisfies Prisma.DoctorRunSelect;

type RowFields = Prisma.DoctorRunGetPayload<{ select: typeof rowFields }>;

/** Runs of the doctor, the newest first unless asked otherwise. */
export async function listDoctorRuns(
  _access: Access<"doctor.read">,
  query: DoctorRunsQuery,
): Promise<Page<DoctorRunRow>> {
  const where: Prisma.DoctorRunWhereInput = {
    ...(query.worst.length > 0 && { worst: { in: query.worst } }),
    ...(query.state.length > 0 && { state: { in: query.state } }),
    ...(query.askedBy.length > 0 && { askedBy: { in: query.askedBy } }),
    ...(query.search !== "" && {
      OR: [{ host: containsText(query.search) }, { basePath: containsText(query.search) }],
    }),
  };
  const [rows, total] = await Promise.all([
    db.doctorRun.findMany({
      where,
      orderBy: [{ [query.sort]: query.order }, { id: query.order }],
      select: rowFields,
      ...pageWindow(query),
    }),
    db.doctorRun.count({ where }),
  ]);
  return { rows: rows.map(formatRow), total, page: query.page, pageSize: query.pageSize };
}

/** @throws AppError `not-found` */
export async function getDoctorRun(_access: Access<"doctor.read">, id: string): Promise<DoctorRunDetail> {
  const row = await db.doctorRun.findUnique({
    where: { id },
    select: { ...rowFields, question: true, findings: true, startedAt: true, workerName: true },
  });
  if (!row) throw new AppError("not-found", { what: "doctor-run" });
  const question = parseQuestion(row.question);
  const findings = parseFindings(row.findings);
  const registry =
    question.registryId === null
      ? null
      : await db.registry.findUnique({
          where: { id: question.registryId },
          select: { id: true, name: true },
        });
  return {
    ...formatRow(row),
    registry,
    cloudDirector: question.cloudDirector,
    tried: question.tried.flatMap((at) => question.certificates[at]?.name ?? []),
    startedAt: row.startedAt?.toISOString() ?? null,
    workerName: row.workerName,
    findings,
    commands: listCommands(row, question, findings),
  };
}

/**
 * A run for a support case. Nothing secret is among findings and questions; who has asked is nobody's business there.
 *
 * @throws AppError `not-found`
 */
export async function exportDoctorRun(access: Access<"doctor.read">, id: string): Promise<DoctorReport> {
  const {
    createdByName: _name,
    askedBy: _askedBy,
    registry: _registry,
    ...run
  } = await getDoctorRun(access, id);
  return { version: packageJson.version, ...run };
}

/** What was found the last time that a container registry URL was examined to its end. */
interface CheckedRun {
  id: string;
  finishedAt: string;
  worst: FindingSeverity;
  findings: FindingView[];
  /** Of the lists that it was judged with, as `digestLists` tells it; null where others were tried. */
  listsDigest: string | null;
}

/**
 * The newest run of a container registry URL that came to its end; null where there is none.
 *
 * @param listsDigest of those that were judged with just these lists
 */
export async function findCheckedRun(
  client: typeof db | ChangeTransaction,
  { host, base: basePath }: { host: string; base: string },
  listsDigest?: string,
): Promise<CheckedRun | null> {
  const row = await client.doctorRun.findFirst({
    where: {
      ...{ host, basePath, state: "finished" },
      ...(listsDigest !== undefined && { question: { path: ["listsDigest"], equals: listsDigest } }),
    },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    select: { id: true, finishedAt: true, worst: true, findings: true, question: true },
  });
  if (!row?.finishedAt) return null;
  return {
    id: row.id,
    finishedAt: row.finishedAt.toISOString(),
    worst: row.worst ?? FindingSeverity.ok,
    findings: parseFindings(row.findings),
    listsDigest: parseQuestion(row.question).listsDigest,
  };
}

/** They were written by a worker of ours, which may have been an older one. */
function parseFindings(stored: Prisma.JsonValue): FindingView[] {
  return Array.isArray(stored) ? (stored as unknown as FindingView[]) : [];
}

function formatRow(row: RowFields): DoctorRunRow {
  return {
    ...row,
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}
