import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { readField } from "#lib/domain/vcd/config-document.ts";
import { configFieldNames, placeOf } from "#lib/domain/vcd/config-fields.ts";
import { hasToken } from "#lib/domain/vcd/hidden-secrets.ts";
import type { ServerConfig, ServerConfigPage } from "#lib/schemas/server-config.ts";
import { readCseVersions } from "../cse-versions/read-cse-versions.ts";
import { findDocumentProblems } from "./find-document-problems.ts";
import { decryptDocument, documentFields } from "./read-current-config.ts";
import { showTexts } from "./show-texts.ts";

/** The configuration that holds, and the releases whose components it can have. @throws AppError `secret-unreadable` */
export async function getServerConfig(_access: Access<"settings.read">): Promise<ServerConfigPage> {
  const [config, releases] = await Promise.all([findServerConfig(), readCseVersions()]);
  return { config, releases };
}

async function findServerConfig(): Promise<ServerConfig | null> {
  const row = await db.configRevision.findFirst({
    orderBy: { number: "desc" },
    select: {
      ...documentFields,
      ...{ createdAt: true, createdByName: true, createdBy: { select: { displayName: true } } },
    },
  });
  if (!row) return null;
  const document = decryptDocument(row);
  const isFirstType = document.typeVersion === "1.0.0";
  const count = (field: "bootstrapCertificates" | "clusterCertificates") =>
    readField(document, field)?.length ?? 0;
  return {
    number: row.number,
    typeVersion: document.typeVersion,
    savedAt: row.createdAt.toISOString(),
    savedBy: row.createdBy?.displayName ?? row.createdByName,
    values: showTexts(document),
    hasToken: hasToken(document),
    certificateCounts: {
      bootstrap: count("bootstrapCertificates"),
      cluster: count("clusterCertificates"),
    },
    problems: findDocumentProblems(document),
    laterFields: isFirstType ? configFieldNames.filter((field) => placeOf(field).since !== undefined) : [],
  };
}
