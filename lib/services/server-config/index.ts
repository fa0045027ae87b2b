export { beginDocument } from "./begin-document.ts";
export { followDestination } from "./follow-destination.ts";
export { getServerConfig } from "./get-server-config.ts";
export { type ConfigList, configLists, listFields, readListedCertificates } from "./listed-certificates.ts";
export { type CurrentConfig, readCurrentConfig } from "./read-current-config.ts";
export { previewConfig } from "./preview-config.ts";
export { downloadRevision, getRevisionDifference, listRevisions } from "./read-revisions.ts";
export { saveConfig } from "./save-config.ts";
export { formatSaved, lockConfig, type SavedRevision, saveRevision } from "./save-revision.ts";
