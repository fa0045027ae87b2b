import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import type { TrustList } from "#lib/db/generated/enums.ts";
import { containsText } from "#lib/db/match-text.ts";
import { readCertificates } from "#lib/domain/certificates/read-certificates.ts";
import { findOneSidedCertificates } from "#lib/domain/vcd/certificate-lists.ts";
import { AppError } from "#lib/errors.ts";
import type {
  CertificateDetail,
  CertificateRow,
  CertificatesQuery,
  OneSidedView,
  TrustListEntry,
  TrustListView,
} from "#lib/schemas/certificates.ts";
import { type Page, pageWindow } from "#lib/schemas/list-query.ts";
import { formatRow, judgeTime, rowFields } from "./certificate-row.ts";
import { viewCertificate } from "./describe-for-view.ts";
import { listNodeFiles } from "./node-file-views.ts";

/** What is typed may be a piece of a fingerprint, as any program prints it. */
const asFingerprint = (search: string): string => search.replaceAll(":", "").toLowerCase();

/** All certificates that are known, in a list or not. */
export async function listCertificates(
  _access: Access<"certificate.read">,
  query: CertificatesQuery,
): Promise<Page<CertificateRow>> {
  const chosen = query.list.flatMap((list) => (list === "none" ? [] : [list]));
  const standing: Prisma.CertificateWhereInput[] = [
    ...(chosen.length > 0 ? [{ entries: { some: { list: { in: chosen } } } }] : []),
    ...(query.list.includes("none") ? [{ entries: { none: {} } }] : []),
  ];
  const where: Prisma.CertificateWhereInput = {
    AND: [
      ...(standing.length > 0 ? [{ OR: standing }] : []),
      ...(query.search === ""
        ? []
        : [
            {
              OR: [
                { name: containsText(query.search) },
                { subject: containsText(query.search) },
                { issuer: containsText(query.search) },
                { fingerprint: containsText(asFingerprint(query.search)) },
              ],
            },
          ]),
    ],
  };
  const [rows, total] = await Promise.all([
    db.certificate.findMany({
      where,
      orderBy: [{ [query.sort]: query.order }, { id: "asc" }],
      select: rowFields,
      ...pageWindow(query),
    }),
    db.certificate.count({ where }),
  ]);
  return { rows: rows.map(formatRow), total, page: query.page, pageSize: query.pageSize };
}

/** @throws AppError `not-found` */
export async function getCertificate(
  _access: Access<"certificate.read">,
  id: string,
): Promise<CertificateDetail> {
  const row = await db.certificate.findUnique({ where: { id }, select: { ...rowFields, pem: true } });
  if (!row) throw new AppError("not-found", { what: "certificate" });
  const entries = row.entries.map(({ until, ...entry }) => ({
    ...entry,
    until: until?.toISOString() ?? null,
  }));
  const [stored] = readCertificates(row.pem).found;
  if (!stored) throw new Error(`certificate ${id} cannot be read`);
  return {
    ...{ ...formatRow(row), pem: row.pem, entries },
    view: viewCertificate(stored.certificate, { at: new Date() }),
    nodeFiles: await listNodeFiles(row),
  };
}

/** The three lists, each in its order. */
export async function readTrustLists(_access: Access<"certificate.read">): Promise<TrustListView> {
  const rows = await readEntries();
  const view = (list: TrustList): TrustListEntry[] => {
    const own = rows.filter((row) => row.list === list);
    return [...Map.groupBy(own, ({ position }) => position)].map(([position, entries]) => ({
      position,
      certificates: entries.map(({ until, certificate: { id, name, ...validity } }) => ({
        ...{ id, name, ...judgeTime(validity) },
        until: until?.toISOString() ?? null,
      })),
    }));
  };
  return { bootstrap_vm: view("bootstrap_vm"), cluster: view("cluster"), panel: view("panel") };
}

/** Certificates that the bootstrap VM trusts and the nodes do not, or the reverse. */
export async function listOneSided(_access: Access<"certificate.read">): Promise<OneSidedView[]> {
  const rows = await readEntries();
  const pemsOf = (list: TrustList) =>
    rows.filter((row) => row.list === list).map(({ certificate }) => certificate.pem);
  const found = findOneSidedCertificates({
    bootstrapCertificates: pemsOf("bootstrap_vm"),
    clusterCertificates: pemsOf("cluster"),
  });
  return found.flatMap(({ list: field, pem }) => {
    const list: TrustList = field === "bootstrapCertificates" ? "bootstrap_vm" : "cluster";
    const missingIn: TrustList = list === "cluster" ? "bootstrap_vm" : "cluster";
    const row = rows.find((each) => each.list === list && each.certificate.pem === pem);
    return row ? [{ id: row.certificate.id, name: row.certificate.name, list, missingIn }] : [];
  });
}

/** Within one text of a list they stand as they were made known. */
const readEntries = () =>
  db.certificateEntry.findMany({
    orderBy: [{ position: "asc" }, { certificateId: "asc" }],
    select: {
      ...{ list: true, position: true, until: true },
      certificate: {
        select: { id: true, name: true, notBefore: true, notAfter: true, pem: true },
      },
    },
  });
