export { findPlaces } from "./find-places.ts";
export { listPaths } from "./list-paths.ts";
export { readSourceRewrites, readTargetRules } from "./read-rules.ts";
export { saveRewrites, saveRules } from "./save-paths.ts";
export { tryPaths } from "./try-paths.ts";
