export { arrangeRelease, listPlacementChanges } from "./arrange-release.ts";
export { deleteRelease, importRelease } from "./change-release.ts";
export {
  listGettingStartedChoices,
  lookUpKubernetesReleases,
  lookUpPlugins,
  lookUpTkgVersions,
} from "./look-up.ts";
export { previewImport } from "./preview-import.ts";
export { type Discovery, type FoundComponent, recordDiscovery } from "./record-discovery.ts";
export { findRelease, refreshRelease } from "./refresh-release.ts";
export {
  getRelease,
  listComponentChoices,
  listComponents,
  listReleaseChoices,
  listReleases,
} from "./read-releases.ts";
