export { listCseVersions } from "./list-cse-versions.ts";
export { readCseVersions } from "./read-cse-versions.ts";
export { saveCseVersions } from "./save-cse-versions.ts";
