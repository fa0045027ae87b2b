import "server-only";
import { basename, join } from "node:path";
import type { HeldStore } from "#lib/bundle-stores.ts";
import { writeDb } from "#lib/db/client.ts";
import type { BundledFile } from "#lib/engine/bundle/drayage/bundle-document.ts";
import { describeExtraFile, type ExtraFile } from "#lib/engine/bundle/extra-files.ts";
import { EngineError } from "#lib/engine/oci/errors.ts";
import { AppError } from "#lib/errors.ts";
import { storeFileInput } from "#lib/schemas/bundles.ts";
import { findRegularFile, isSameFile, type RegularFile } from "#lib/services/bundles/regular-file.ts";
import type { ExportRow } from "./export-row.ts";

/** What a job keeps of a file, so that many gigabytes are not read again each time the export is laid out. */
type KeptFile = Pick<BundledFile, "name" | "sizeBytes" | "sha1" | "sha256" | "md5"> & { modifiedMs: number };

interface ReadExtras {
  /** The export has been planned, or even begun: the files are to be what they were then. */
  settled: boolean;
  signal: AbortSignal;
}

/**
 * The files of a store that travel along with an export, with their checksums. One that was read before is not read again
 * as long as its size and time are the same.
 *
 * @throws AppError `store-file-missing`, `store-file-changed`; EngineError `disk-failed`, `cancelled`
 */
export async function readExtraFiles(
  job: Pick<ExportRow, "id" | "run" | "extraFiles" | "extraChecksums">,
  store: HeldStore,
  { settled, signal }: ReadExtras,
): Promise<ExtraFile[]> {
  const kept = new Map(readKeptFiles(job).map((file) => [file.name, file]));
  const files: ExtraFile[] = [];
  for (const name of job.extraFiles) {
    const path = placeOf(store, name);
    const found = await lookAt(store, path);
    const known = kept.get(name);
    if (known && isSameFile(found, { ...known, modifiedAt: new Date(known.modifiedMs) })) {
      files.push({ path, described: describe(known) });
      continue;
    }
    const changed = new AppError("store-file-changed", { name, store: store.name });
    if (settled && known && known.sizeBytes !== found.sizeBytes) throw changed;
    const file = await read(store, path, signal);
    if (!isSameFile(found, await lookAt(store, path))) throw changed;
    if (settled && known && known.sha256 !== file.described.sha256) throw changed;
    kept.set(name, { ...describe(file.described), modifiedMs: found.modifiedAt.getTime() });
    await keep(job, [...kept.values()]);
    files.push(file);
  }
  return files;
}

/** What a job knows of its files since it was planned last. */
export function readKeptFiles({ extraChecksums }: Pick<ExportRow, "extraChecksums">): KeptFile[] {
  return extraChecksums as unknown as KeptFile[];
}

/** A failure with a file that travels along, as a person with the panel knows it; any other as it is. */
export function explainExtra(error: unknown, store: HeldStore, paths: readonly string[]): unknown {
  if (!(error instanceof EngineError) || !paths.includes(error.facts.file ?? "")) return error;
  const { code, facts } = error;
  const name = basename(facts.file ?? "");
  const about = { name, store: store.name };
  if (code === "bundle-file-missing") return new AppError("store-file-missing", about, { cause: error });
  if (code === "file-changed" || code === "bundle-file-truncated") {
    return new AppError("store-file-changed", about, { cause: error });
  }
  return new EngineError(code, { ...facts, file: name }, error);
}

function placeOf(store: HeldStore, name: string): string {
  if (storeFileInput.shape.name.safeParse(name).success) return join(store.path, name);
  throw new AppError("not-found", { what: "store-file" });
}

/** Never through a link, which might lead anywhere. */
async function lookAt(store: HeldStore, path: string): Promise<RegularFile> {
  const found = await findRegularFile(path);
  if (found === null) {
    throw new AppError("store-file-missing", { name: basename(path), store: store.name });
  }
  return found;
}

async function read(store: HeldStore, path: string, signal: AbortSignal): Promise<ExtraFile> {
  try {
    return await describeExtraFile(path, { signal });
  } catch (error) {
    throw explainExtra(error, store, [path]);
  }
}

function describe({ name, sizeBytes, sha1, sha256, md5 }: BundledFile): BundledFile {
  return { name, sizeBytes, sha1, sha256, md5 };
}

async function keep({ id, run }: Pick<ExportRow, "id" | "run">, files: KeptFile[]): Promise<void> {
  await writeDb.mirrorJob.updateMany({
    where: { id, run },
    data: { extraChecksums: files },
  });
}
