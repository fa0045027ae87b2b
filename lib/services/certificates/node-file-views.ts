import "server-only";
import { db } from "#lib/db/client.ts";
import {
  findTanzuFile,
  findTkgFile,
  findTkgRegistryFile,
  isCrowded,
  listCseFiles,
  listNodeChecks,
  type NodeFile,
} from "#lib/domain/certificates/node-files.ts";
import type { NodeFileView } from "#lib/schemas/certificates.ts";
import { findPullRegistry } from "./pull-registry.ts";

interface StoredCertificate {
  name: string;
  fingerprint: string;
  pem: string;
}

/** The files that a certificate becomes on nodes: where it stands in the Cluster list, and where it would be used. */
export async function listNodeFiles(certificate: StoredCertificate): Promise<NodeFileView[]> {
  const registry = await findPullRegistry();
  const files: [NodeFileView["consumer"], NodeFile | null | undefined][] = [
    ["cse", await findCseFile(certificate.fingerprint)],
    ["vsphere", findTanzuFile(certificate.name, certificate)],
    ["tkg", findTkgFile([certificate])],
    ["tkg-registry", registry && findTkgRegistryFile(registry.host, [certificate])],
  ];
  return files.flatMap(([consumer, file]) =>
    file
      ? [
          {
            ...{ consumer, writtenTo: file.writtenTo, foundAt: file.foundAt },
            ...{ isCrowded: isCrowded(file), checks: listNodeChecks(file) },
          },
        ]
      : [],
  );
}

/** The file of the text that it stands in; null where it is not in the list. */
async function findCseFile(fingerprint: string): Promise<NodeFile | null> {
  const entries = await db.certificateEntry.findMany({
    where: { list: "cluster" },
    orderBy: [{ position: "asc" }, { certificateId: "asc" }],
    select: { position: true, certificate: { select: { fingerprint: true, pem: true } } },
  });
  const own = entries.find((entry) => entry.certificate.fingerprint === fingerprint);
  if (!own) return null;
  const together = entries.filter(({ position }) => position === own.position);
  const firsts = Array.from({ length: own.position + 1 }, () => own.certificate);
  const file = listCseFiles(firsts)[own.position];
  return file ? { ...file, fingerprints: together.map(({ certificate }) => certificate.fingerprint) } : null;
}
