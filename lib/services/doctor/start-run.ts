import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import type { DoctorAsker } from "#lib/db/generated/enums.ts";
import { type Change, withChange } from "#lib/db/with-change.ts";
import type { Certificate } from "#lib/domain/certificates/certificate.ts";
import { readCertificates } from "#lib/domain/certificates/read-certificates.ts";
import { checkContainerRegistryUrl } from "#lib/domain/vcd/container-registry-url.ts";
import { AppError, fieldError } from "#lib/errors.ts";
import { openQueue } from "#lib/queue/enqueue.ts";
import { formatAddress, type StartDoctorRunInput } from "#lib/schemas/doctor.ts";
import { usableFor } from "../registries/index.ts";
import { nameCertificates, readPasted, readStoredLists } from "./read-lists.ts";
import {
  formatTrust,
  type NodeLists,
  parseQuestion,
  type StoredQuestion,
  type TrustSnapshot,
} from "./stored-question.ts";

interface Wanted {
  askedBy: DoctorAsker;
  /** `host[:port][/path]` */
  address: string;
  registryId: string | null;
  cloudDirector: string | null;
  trust: TrustSnapshot;
}

/**
 * Has a registry examined by a worker, with what is trusted as it stands now.
 *
 * @throws AppError `not-found`; `invalid-input` when the address is not one of the named registry's, or a certificate
 * cannot be read
 */
export async function startDoctorRun(
  access: Access<"doctor.run">,
  input: StartDoctorRunInput,
): Promise<{ id: string }> {
  const { address, registryId, cloudDirector } = input;
  const { known, lists } = await readStoredLists();
  const tried = nameCertificates(readPasted("certificates", input.certificates), known);
  if (registryId !== null) {
    const row = await db.registry.findFirst({
      where: { id: registryId, ...access.ownRows() },
      select: { host: true, caPem: true },
    });
    if (!row) throw new AppError("not-found", { what: "registry" });
    if (row.host !== splitAddress(address).host) throw fieldError("address", "password-for-new-host");
    lists.panel.push(...nameCertificates(readOwnAuthorities(row), known));
  }
  return writeRun(access, {
    ...{ askedBy: "doctor", address, registryId },
    cloudDirector: cloudDirector === "" ? null : cloudDirector,
    trust: { known, lists, tried },
  });
}

/**
 * Has a container registry URL examined before it is saved, with the lists that are about to be saved with it, on the way
 * on which the provider's registry of that host is reached. Whether just this was examined tells `findCheckedRun`.
 */
export async function startSettingsRun(
  access: Access<"settings.write">,
  { address, lists }: { address: string; lists: NodeLists },
): Promise<{ id: string }> {
  const [stored, registry] = await Promise.all([
    readStoredLists(),
    db.registry.findFirst({
      where: { host: splitAddress(address).host, ...usableFor(null) },
      orderBy: { createdAt: "asc" },
      select: { id: true, caPem: true },
    }),
  ]);
  const name = (certificates: readonly Certificate[]) => nameCertificates(certificates, stored.known);
  return writeRun(access, {
    ...{ askedBy: "settings", address, registryId: registry?.id ?? null, cloudDirector: null },
    trust: {
      known: stored.known,
      lists: {
        panel: [...stored.lists.panel, ...name(readOwnAuthorities(registry))],
        bootstrap_vm: name(lists.bootstrap_vm),
        cluster: name(lists.cluster),
      },
      tried: [],
    },
  });
}

/** Asks the same again, with what is trusted by now. @throws AppError `not-found` */
export async function repeatDoctorRun(access: Access<"doctor.run">, runId: string): Promise<{ id: string }> {
  const run = await db.doctorRun.findUnique({
    where: { id: runId },
    select: { host: true, basePath: true, question: true },
  });
  if (!run) throw new AppError("not-found", { what: "doctor-run" });
  const question = parseQuestion(run.question);
  return startDoctorRun(access, {
    address: formatAddress(run),
    registryId: await findStill(question.registryId, run.host),
    cloudDirector: question.cloudDirector ?? "",
    certificates: question.tried.map((at) => question.certificates[at]?.pem ?? "").join(""),
  });
}

/** A registry that is gone or leads elsewhere by now is examined as nobody. */
async function findStill(registryId: string | null, host: string): Promise<string | null> {
  if (registryId === null) return null;
  const row = await db.registry.findFirst({ where: { id: registryId, host }, select: { id: true } });
  return row?.id ?? null;
}

async function writeRun(
  access: Access<"doctor.run"> | Access<"settings.write">,
  { askedBy, address, registryId, cloudDirector, trust }: Wanted,
): Promise<{ id: string }> {
  const { host, base: basePath } = splitAddress(address);
  const question: StoredQuestion = { registryId, cloudDirector, ...formatTrust(trust) };
  const enqueue = await openQueue();
  const change: Change = { action: "doctor-run.start", objectName: address };
  return withChange(access, change, async (tx, audit) => {
    const { id } = await tx.doctorRun.create({
      data: {
        ...{ askedBy, host, basePath, question: { ...question } },
        ...{ createdById: access.actor.userId, createdByName: access.actor.name },
      },
      select: { id: true },
    });
    audit.object(id, address);
    const tried = trust.tried.map(({ certificate }) => certificate.fingerprint);
    audit.after({ askedBy, host, basePath, registryId, cloudDirector, tried });
    await enqueue(tx, "examine", [{ runId: id }]);
    return { id };
  });
}

/** What a registry's own form has is trusted for it by this panel alone; what cannot be read is trusted by nobody. */
function readOwnAuthorities(registry: { caPem: string | null } | null): Certificate[] {
  return readCertificates(registry?.caPem ?? "").found.map(({ certificate }) => certificate);
}

/** An address that its schema has checked. */
function splitAddress(address: string): { host: string; base: string } {
  const { url } = checkContainerRegistryUrl(address);
  if (url === null) throw fieldError("address", "host-format");
  return url;
}
