import { parse as parseYaml, stringify as stringifyYaml } from "yaml";
import { z } from "zod";
import type { EngineError } from "../../oci/errors.ts";
import { parseImagePath, parseRepository, type Repository, type Tag } from "../../oci/reference.ts";
import { bundleError } from "../bundle-error.ts";

/** The folder in a plug-in bundle. */
export const bundleFolder = "plugin_bundle";
/** The file in it that says what is where. */
export const migrationManifestFile = "plugin_migration_manifest.yaml";
export const maxMigrationManifestBytes = 4 * 1024 * 1024;
const maxImages = 20_000;

/** An image that stands beside others, relative to the folder of the inventory. */
export interface TaggedPath {
  readonly repository: Repository;
  readonly tag: Tag;
}

/** What is in a plug-in bundle. */
export interface MigrationManifest {
  readonly inventory: TaggedPath;
  readonly metadata: TaggedPath & {
    /** In the bundle's folder. */
    readonly file: string;
  };
  /** The inventory first. */
  readonly images: readonly MigratedImage[];
}

/** A tar in the bundle's folder, and where its image belongs. */
export interface MigratedImage {
  readonly file: string;
  /** Relative to the folder of the inventory. */
  readonly repository: Repository;
}

const text = z.string().min(1).max(1024);
const taggedPath = text.transform((value, context): TaggedPath => {
  const path = tryParse(() => parseImagePath(withoutSlash(value)));
  if (path?.tag !== undefined && path.digest === undefined)
    return { repository: path.repository, tag: path.tag };
  context.addIssue({ code: "custom", message: "not a path with a tag" });
  return z.NEVER;
});
const repositoryPath = text.transform((value, context): Repository => {
  const repository = tryParse(() => parseRepository(withoutSlash(value)));
  if (repository !== null) return repository;
  context.addIssue({ code: "custom", message: "not a path" });
  return z.NEVER;
});

// The names of tanzu-cli's Go types: https://github.com/vmware-tanzu/tanzu-cli/blob/main/pkg/airgapped/types.go
const manifestSchema = z.object({
  relativeInventoryImagePathWithTag: taggedPath,
  inventoryMetadataImage: z.object({ sourceFilePath: text, relativeImagePathWithTag: taggedPath }),
  imagesToCopy: z
    .array(z.object({ sourceTarFilePath: text, relativeImagePath: repositoryPath }))
    .max(maxImages),
});

/** @throws EngineError `bundle-document-invalid` with the field that is wrong */
export function parseMigrationManifest(content: Uint8Array): MigrationManifest {
  let document: unknown;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(content);
    // Aliases are of no use in such a file, and a few of them can stand for gigabytes.
    document = parseYaml(text, { maxAliasCount: 0, logLevel: "error" });
  } catch (error) {
    throw refuse("", error);
  }
  const result = manifestSchema.safeParse(document);
  if (!result.success) throw refuse(result.error.issues[0]?.path.join(".") ?? "", result.error);
  const { relativeInventoryImagePathWithTag, inventoryMetadataImage, imagesToCopy } = result.data;
  return {
    inventory: relativeInventoryImagePathWithTag,
    metadata: {
      ...inventoryMetadataImage.relativeImagePathWithTag,
      file: inventoryMetadataImage.sourceFilePath,
    },
    images: imagesToCopy.map(({ sourceTarFilePath, relativeImagePath }) => ({
      file: sourceTarFilePath,
      repository: relativeImagePath,
    })),
  };
}

/** As `tanzu plugin download-bundle` writes it: paths begin with a slash, since they are what follows the registry's. */
export function formatMigrationManifest({ inventory, metadata, images }: MigrationManifest): string {
  return stringifyYaml(
    {
      relativeInventoryImagePathWithTag: `/${inventory.repository}:${inventory.tag}`,
      inventoryMetadataImage: {
        sourceFilePath: metadata.file,
        relativeImagePathWithTag: `/${metadata.repository}:${metadata.tag}`,
      },
      imagesToCopy: images.map(({ file, repository }) => ({
        sourceTarFilePath: file,
        relativeImagePath: `/${repository}`,
      })),
    },
    { lineWidth: 0 },
  );
}

function withoutSlash(path: string): string {
  return path.replace(/^\//, "");
}

function tryParse<Result>(parse: () => Result): Result | null {
  try {
    return parse();
  } catch {
    return null;
  }
}

function refuse(field: string, cause: unknown): EngineError {
  return bundleError(
    "bundle-document-invalid",
    { operation: "read-file", file: migrationManifestFile, field },
    cause,
  );
}
