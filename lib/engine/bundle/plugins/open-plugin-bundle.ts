import { basename } from "node:path";
import { EngineError } from "../../oci/errors.ts";
import { joinRepository, parseRepository } from "../../oci/reference.ts";
import { bundleError } from "../bundle-error.ts";
import { checkTars } from "../imgpkg/check-tars.ts";
import { manifestDocumentName } from "../imgpkg/manifest-document.ts";
import { combineTars, placeTar, type PlacedTar } from "../imgpkg/place-tars.ts";
import { readImgpkgTar } from "../imgpkg/read-imgpkg-tar.ts";
import { countAsFound, openArchive, type OpenArchiveOptions, type OpenedArchive } from "../open-archive.ts";
import type { OpenBundle } from "../open-bundle.ts";
import { readWhole, type RandomAccess } from "../random-access.ts";
import { indexTar, type TarEntry } from "../tar/index-tar.ts";
import {
  bundleFolder,
  maxMigrationManifestBytes,
  migrationManifestFile,
  parseMigrationManifest,
  type MigratedImage,
  type MigrationManifest,
  type TaggedPath,
} from "./migration-manifest.ts";
import { maxMetadataBytes, parsePluginMetadata, type PluginMetadata } from "./plugin-metadata.ts";

/** A plug-in bundle that was opened. */
export interface OpenPluginBundle extends OpenBundle {
  readonly format: "tanzu-plugins";
  /** Below the base of whoever imports it: what `tanzu plugin source update` is to name. */
  readonly inventory: TaggedPath;
  /** What the import makes available; it is to be published below the base once the images are there. */
  readonly metadata: TaggedPath & {
    readonly content: PluginMetadata;
    /** The file itself. */
    readonly database: Uint8Array;
  };
}

/** A tar in the bundle as it was found. */
interface FoundTar {
  readonly placed: PlacedTar | null;
  /** Why it cannot be read. */
  readonly failure: EngineError | null;
}

/** Below an importer's base, as the documents of Container Service Extension and of the Tanzu CLI have it. */
const pluginsFolder = parseRepository("tanzu_cli/plugins");
/** Configurations and manifests of all tars, which are kept while the bundle is open. */
const maxContentBytes = 256 * 1024 * 1024;

/**
 * A bundle as `tanzu plugin download-bundle` or `layOutPluginBundle` makes it, packed by gzip or not. Plug-ins whose tars
 * are missing or broken are found by `check`.
 *
 * @throws EngineError `bundle-not-recognized` when it is a tar, but none of these; `bundle-document-invalid` when what
 * says what is in it cannot be read, or has two images for one place; `tar-invalid`; what `openArchive` throws
 */
export async function openPluginBundle(
  path: string,
  options: OpenArchiveOptions = {},
): Promise<OpenPluginBundle> {
  const archive = await openArchive(path, options);
  try {
    return await readPluginBundle(archive, basename(path), options.signal);
  } catch (error) {
    await archive.file.close();
    throw error;
  }
}

async function readPluginBundle(
  archive: OpenedArchive,
  name: string,
  signal: AbortSignal | undefined,
): Promise<OpenPluginBundle> {
  const { file, sizeBytes } = archive;
  const entries = await indexTar(file, { signal });
  const document = findFile(entries, migrationManifestFile);
  if (document === null) throw bundleError("bundle-not-recognized", { file: name });
  const manifest = parseMigrationManifest(await readBounded(document, maxMigrationManifestBytes));
  const metadata = await readMetadata(entries, manifest);
  const tars: FoundTar[] = [];
  let contentBytes = 0;
  for (const image of manifest.images) {
    const found = await openTar(entries, image, signal);
    tars.push(found);
    for (const { byteLength } of found.placed?.tar.contents.values() ?? []) contentBytes += byteLength;
    if (contentBytes > maxContentBytes) {
      throw bundleError("bundle-document-invalid", { file: image.file, limit: maxContentBytes });
    }
  }
  const placed = tars.flatMap((found) => found.placed ?? []);
  const { images, scope, source, pool } = combineTars(name, placed);
  return {
    format: "tanzu-plugins",
    name,
    images,
    files: [{ name, sizeBytes }],
    scope,
    source,
    inventory: below(manifest.inventory),
    metadata,
    async check(options) {
      const checkable = [{ file, tars: placed.map(({ tar }) => tar) }];
      const findings = await checkTars(checkable, pool, countAsFound(archive, options));
      return [...tars.flatMap(({ failure }) => failure ?? []), ...findings];
    },
    close: () => file.close(),
  };
}

async function readMetadata(
  entries: ReadonlyMap<string, TarEntry>,
  { metadata }: MigrationManifest,
): Promise<OpenPluginBundle["metadata"]> {
  const file = findFile(entries, metadata.file);
  if (file === null) throw bundleError("bundle-file-missing", { file: formatPath(metadata.file) });
  const database = await readBounded(file, maxMetadataBytes);
  return { ...below(metadata), content: parsePluginMetadata(database), database };
}

async function openTar(
  entries: ReadonlyMap<string, TarEntry>,
  { file, repository }: MigratedImage,
  signal: AbortSignal | undefined,
): Promise<FoundTar> {
  try {
    const content = findFile(entries, file);
    if (content === null) throw bundleError("bundle-file-missing", { file: formatPath(file) });
    const tar = await readImgpkgTar(content, signal);
    if (tar === null) {
      const facts = { operation: "read-file", file: content.name, offset: content.start } as const;
      throw bundleError("bundle-document-invalid", { ...facts, field: `${file}/${manifestDocumentName}` });
    }
    return { placed: placeTar(tar, () => joinRepository(pluginsFolder, repository)), failure: null };
  } catch (error) {
    if (!(error instanceof EngineError) || error.code === "cancelled") throw error;
    return { placed: null, failure: error };
  }
}

function below({ repository, tag }: TaggedPath): TaggedPath {
  return { repository: joinRepository(pluginsFolder, repository), tag };
}

function findFile(entries: ReadonlyMap<string, TarEntry>, file: string): RandomAccess | null {
  const entry = entries.get(formatPath(file));
  return entry?.kind === "file" ? entry.content : null;
}

function formatPath(file: string): string {
  return `${bundleFolder}/${file}`;
}

async function readBounded(file: RandomAccess, limit: number): Promise<Uint8Array> {
  if (file.sizeBytes <= limit) return readWhole(file);
  throw bundleError("bundle-document-invalid", { operation: "read-file", file: file.name, limit });
}
