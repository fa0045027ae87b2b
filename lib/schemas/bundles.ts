import { z } from "zod";
import { BundleFormat, BundleState } from "#lib/db/generated/enums.ts";
import { anyOf } from "./any-of.ts";
import { maxJobImages } from "./jobs.ts";
import { listQuery } from "./list-query.ts";
import { platform } from "./platform.ts";
import { repositoryPath } from "./repository-path.ts";

const mebibyte = 1024 * 1024;

/** Sizes of a volume that are offered by name: a file on FAT32 is smaller than 4 GiB, a DVD has 4.7 GB. */
export const volumePresets = { fat32: 4095 * mebibyte, dvd: 4480 * mebibyte } as const;
export const smallestVolumeBytes = 64 * mebibyte;
export const largestVolumeBytes = 16 * 1024 * 1024 * mebibyte;

/** Of a folder and of the files in it: nothing that leads elsewhere, on any file system. */
const bundleName = z
  .string()
  .trim()
  .min(1, "required")
  .max(100, "too-long")
  .regex(/^[A-Za-z0-9][\w.-]*$/, "bundle-name-format")
  .refine((name) => !name.endsWith("."), "bundle-name-format");
const fileName = z.string().regex(/^(?!\.)[\w.+@ -]{1,200}$/, "file-name-format");

const distinct = <T>(values: T[]): T[] => [...new Set(values)];

/** How an export can be written. */
export const exportFormats = [BundleFormat.drayage, BundleFormat.imgpkg, BundleFormat.tanzu_plugins] as const;
/** What only a Drayage bundle can have, as it is when nothing is asked for. */
const onlyInDrayage = { volumeBytes: null, baseBundleId: null, sign: false } as const;

/** Without `componentIds` all enabled components of the releases are exported. */
const exportFields = z.object({
  name: bundleName,
  storeId: z.uuid(),
  releaseIds: z.array(z.uuid()).min(1).max(50).transform(distinct),
  componentIds: z.array(z.uuid()).min(1).max(maxJobImages).optional(),
  /** Stands in for the registries that the releases name; null: each image is read from its own. */
  sourceRegistryId: z.uuid().nullable(),
  sourceBasePath: repositoryPath.default(""),
  /** Written without what this one has. */
  baseBundleId: z.uuid().nullable().default(null),
  /** Null for one volume, however large. */
  volumeBytes: z.int().min(smallestVolumeBytes).max(largestVolumeBytes).nullable().default(null),
  sign: z.boolean().default(false),
  format: z.enum(exportFormats).default(BundleFormat.drayage),
  /** Files of the same store that travel along. */
  extraFiles: z.array(fileName).max(50).transform(distinct).default([]),
  holdAfterPlanning: z.boolean().default(true),
  platforms: z.array(platform).max(20).transform(distinct).default([]),
  referrers: z.boolean().default(false),
  foreignLayers: z.boolean().default(false),
});

/** Where images are read and where the bundle is written: what a wizard asks first. */
export const exportPlacesInput = exportFields.pick({
  sourceRegistryId: true,
  sourceBasePath: true,
  storeId: true,
  name: true,
});

export const startExportInput = exportFields.superRefine((input, context) => {
  if (input.format === BundleFormat.drayage) return;
  const asked = Object.entries(onlyInDrayage).filter(
    ([field, none]) => input[field as keyof typeof onlyInDrayage] !== none,
  );
  if (input.extraFiles.length > 0) asked.push(["extraFiles", null]);
  for (const [field] of asked) {
    context.addIssue({ code: "custom", path: [field], message: "only-in-drayage-bundle" });
  }
});
export type StartExportInput = z.output<typeof startExportInput>;

export const startImportInput = z.object({
  bundleId: z.uuid(),
  destinationId: z.uuid(),
  /** Put before the path that each image has in the bundle: imgpkg tars of TKG go below "tkg". */
  folder: repositoryPath.default(""),
  organizationId: z.uuid().nullable().default(null),
  holdAfterPlanning: z.boolean().default(true),
  /** The releases that the bundle carries appear in the catalog. */
  createReleases: z.boolean().default(true),
});
export type StartImportInput = z.output<typeof startImportInput>;

/** The store whose contents are to be looked at again. */
export const scanStoreInput = z.object({ storeId: z.uuid() });

/** A file beside the bundles of a store. */
export const storeFileInput = z.object({ storeId: z.uuid(), name: fileName });
export type StoreFileInput = z.output<typeof storeFileInput>;

/** The bundle that an action is about. */
export const bundleInput = z.object({ bundleId: z.uuid() });

/** Believes the key that a bundle is signed with, as it was shown: the fingerprint says which was meant. */
export const trustKeyInput = z.object({
  bundleId: z.uuid(),
  fingerprint: z.string().regex(/^[a-f0-9]{64}$/),
  name: z.string().trim().min(1, "required").max(100, "too-long"),
});

export type TrustKeyInput = z.output<typeof trustKeyInput>;

/** What a browser is going to send. */
export const beginUploadInput = z.object({
  storeId: z.uuid(),
  name: bundleName,
  /** The files are to travel along with exports: they stand beside the bundles, and no bundle comes of them. */
  loose: z.boolean().default(false),
  files: z
    .array(z.object({ name: fileName, sizeBytes: z.int().min(0).max(largestVolumeBytes) }))
    .min(1)
    .max(2000)
    .refine((files) => new Set(files.map(({ name }) => name)).size === files.length, "too-many"),
});
export type BeginUploadInput = z.output<typeof beginUploadInput>;

/** `/api/bundle-stores/[store]/files` */
export const storeParams = z.object({ store: z.uuid() });
/** `/api/bundles/[bundle]` */
export const bundleParams = z.object({ bundle: z.uuid() });
/** `/api/bundles/[bundle]/files/[file]`: of a bundle that was found in a folder, files may be called anything. */
export const bundleFileParams = bundleParams.extend({ file: z.string().regex(/^\P{Cc}{1,255}$/u) });
/** `?offset=`: where the bytes of a request belong in the file. */
export const uploadQuery = z.object({ offset: z.coerce.number().int().min(0) });

export const bundlesQuery = listQuery(["createdAt", "name", "size"], "desc").extend({
  state: anyOf(BundleState),
  format: anyOf(BundleFormat),
});
export type BundlesQuery = z.output<typeof bundlesQuery>;

export const bundleImagesQuery = listQuery(["position", "name"]);
export type BundleImagesQuery = z.output<typeof bundleImagesQuery>;
