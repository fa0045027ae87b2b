"use server";
import {
  bundleInput,
  scanStoreInput,
  startExportInput,
  startImportInput,
  storeFileInput,
  trustKeyInput,
} from "#lib/schemas/bundles.ts";
import {
  checkBundle,
  deleteBundle,
  deleteStoreFile,
  scanStore,
  startExport,
  startImport,
  trustKey,
} from "#lib/services/bundles/index.ts";
import { defineAction } from "./define-action.ts";

export const startExportAction = defineAction({
  permission: "job.start",
  input: startExportInput,
  run: startExport,
});

export const startImportAction = defineAction({
  permission: "job.start",
  input: startImportInput,
  run: startImport,
});

export const checkBundleAction = defineAction({
  permission: "bundle.write",
  input: bundleInput,
  run: (access, { bundleId }) => checkBundle(access, bundleId),
});

export const deleteBundleAction = defineAction({
  permission: "bundle.write",
  input: bundleInput,
  run: (access, { bundleId }) => deleteBundle(access, bundleId),
});

export const trustKeyAction = defineAction({
  permission: "bundle.write",
  input: trustKeyInput,
  run: trustKey,
});

export const scanStoreAction = defineAction({
  permission: "bundle.write",
  input: scanStoreInput,
  run: scanStore,
});

export const deleteStoreFileAction = defineAction({
  permission: "bundle.write",
  input: storeFileInput,
  run: deleteStoreFile,
});
