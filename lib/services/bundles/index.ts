export { createReleases, type ImportedRelease } from "./create-releases.ts";
export { findUploadFolder, removeBundleFiles } from "./remove-files.ts";
export { readSigningKey } from "./signing-key.ts";
export { startExport } from "./start-export.ts";
export { joinBase, startImport } from "./start-import.ts";
export { findTrustedName } from "./trusted-keys.ts";
