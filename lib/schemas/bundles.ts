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

/** Without `componentIds` all enabled components of the releases are exported. */
export const startExportInput = z.object({
  name: bundleName,
  storeId: z.uuid(),
  releaseIds: z.array(z.uuid()).min(1).max(50).transform(distinct),
  componentIds: z.array(z.uuid()).min(1).max(maxJobImages).optional(),
  sourceRegistryId: z.uuid(),
  sourceBasePath: repositoryPath.default(""),
  /** Written without what this one has. */
  baseBundleId: z.uuid().nullable().default(null),
  /** Null for one volume, however large. */
  volumeBytes: z.int().min(smallestVolumeBytes).max(largestVolumeBytes).nullable().default(null),
  sign: z.boolean().default(false),
  holdAfterPlanning: z.boolean().default(true),
  platforms: z.array(platform).max(20).transform(distinct).default([]),
  referrers: z.boolean().default(false),
  foreignLayers: z.boolean().default(false),
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
  files: z
    .array(z.object({ name: fileName, sizeBytes: z.int().min(0).max(largestVolumeBytes) }))
    .min(1)
    .max(2000)
    .refine((files) => new Set(files.map(({ name }) => name)).size === files.length, "too-many"),
});
export type BeginUploadInput = z.output<typeof beginUploadInput>;

/** `/api/bundles/[bundle]` */
export const bundleParams = z.object({ bundle: z.uuid() });
/** `/api/bundles/[bundle]/files/[file]` */
export const bundleFileParams = bundleParams.extend({ file: fileName });
/** `?offset=`: where the bytes of a request belong in the file. */
export const uploadQuery = z.object({ offset: z.coerce.number().int().min(0) });

export const bundlesQuery = listQuery(["createdAt", "name", "size"], "desc").extend({
  state: anyOf(BundleState),
  format: anyOf(BundleFormat),
});
export type BundlesQuery = z.output<typeof bundlesQuery>;

export const bundleImagesQuery = listQuery(["position", "name"]);
export type BundleImagesQuery = z.output<typeof bundleImagesQuery>;
