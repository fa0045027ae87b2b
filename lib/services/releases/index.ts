export { deleteRelease, importRelease } from "./change-release.ts";
export {
  getRelease,
  listComponentChoices,
  listComponents,
  listReleaseChoices,
  listReleases,
} from "./read-releases.ts";
