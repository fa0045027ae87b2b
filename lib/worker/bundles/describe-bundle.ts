import "server-only";
import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Prisma } from "#lib/db/generated/client.ts";
import { BundleFormat } from "#lib/db/generated/enums.ts";
import type { OpenBundle } from "#lib/engine/bundle/open-bundle.ts";
import { formatStorableJson } from "#lib/storable-text.ts";

// Keeps one insert far below the number of parameters that PostgreSQL takes.
const batchSize = 2000;

const formats: Record<OpenBundle["format"], BundleFormat> = {
  drayage: BundleFormat.drayage,
  imgpkg: BundleFormat.imgpkg,
  "tanzu-plugins": BundleFormat.tanzu_plugins,
  "docker-archive": BundleFormat.docker_archive,
  "oci-layout": BundleFormat.oci_layout,
};

export interface FileOnDisk {
  name: string;
  sizeBytes: number;
  modifiedMs: number;
}

/** What an opened bundle says of itself, as rows keep it. */
export interface BundleDescription {
  row: Prisma.BundleUncheckedUpdateInput;
  images: Omit<Prisma.BundleImageCreateManyInput, "bundleId">[];
  files: Omit<Prisma.BundleFileCreateManyInput, "bundleId">[];
}

/** @param path of the bundle's folder or file */
export async function describeBundle(bundle: OpenBundle, path: string): Promise<BundleDescription> {
  const { document, signature } = bundle;
  const found = await listFilesOnDisk(path);
  const known = new Set(found.map(({ name }) => name));
  const files = [...found, ...bundle.files.filter(({ name }) => !known.has(name))];
  return {
    row: {
      format: formats[bundle.format],
      contentId: document?.id ?? null,
      baseContentId: document?.base?.id ?? null,
      baseName: document?.base?.name ?? null,
      tool: document?.tool ?? null,
      madeAt: document ? new Date(document.createdAt) : null,
      signedBy: signature?.fingerprint ?? null,
      signedKeyPem: signature?.publicKeyPem ?? null,
      sizeBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      imageCount: bundle.images.length,
      releases: storable(
        (document?.releases ?? []).map(({ kind, name, version, components }) => ({
          kind,
          name,
          version,
          components: components.length,
        })),
      ),
      extraFiles: storable(
        (document?.files ?? []).map(({ name, sizeBytes, sha1, sha256, md5 }) => ({
          name,
          sizeBytes,
          sha1,
          sha256,
          md5,
        })),
      ),
    },
    images: bundle.images.map(({ repository, tag = "", digest, original, inBase = false }, index) => ({
      position: index + 1,
      kind: document?.images[index]?.kind ?? "image",
      repository,
      tag,
      digest,
      original,
      inBase,
    })),
    files: files.map(({ name, sizeBytes }) => ({ name, sizeBytes, receivedBytes: sizeBytes })),
  };
}

/** Writes what a bundle says of itself, and what else is to be said of it. */
export async function writeDescription(
  tx: Prisma.TransactionClient,
  bundleId: string,
  { row, images, files }: BundleDescription,
  more: Prisma.BundleUncheckedUpdateInput,
): Promise<void> {
  await tx.bundle.update({ where: { id: bundleId }, data: { ...row, ...more } });
  await tx.bundleImage.deleteMany({ where: { bundleId } });
  await tx.bundleFile.deleteMany({ where: { bundleId } });
  for (let start = 0; start < images.length; start += batchSize) {
    const batch = images.slice(start, start + batchSize);
    await tx.bundleImage.createMany({ data: batch.map((image) => ({ ...image, bundleId })) });
  }
  await tx.bundleFile.createMany({ data: files.map((file) => ({ ...file, bundleId })) });
}

/** The files of a bundle, hidden ones left out. */
export async function listFilesOnDisk(path: string): Promise<FileOnDisk[]> {
  const found = await stat(path);
  if (!found.isDirectory()) return [await describeFile(path)];
  const entries = await readdir(path, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile() && !entry.name.startsWith("."));
  return Promise.all(names.map(({ name }) => describeFile(join(path, name))));
}

async function describeFile(path: string): Promise<FileOnDisk> {
  const { size, mtimeMs } = await stat(path);
  return { name: basename(path), sizeBytes: size, modifiedMs: mtimeMs };
}

/** Another text when a file of a bundle is another, as far as can be told without reading it. */
export async function fingerprintFiles(path: string): Promise<string> {
  return JSON.stringify(await listFilesOnDisk(path));
}

function storable(value: unknown): Prisma.InputJsonValue {
  return JSON.parse(formatStorableJson(value)) as Prisma.InputJsonValue;
}
