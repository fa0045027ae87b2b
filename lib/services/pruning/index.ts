export { previewPrune } from "./preview-prune.ts";
export type * from "./prune-views.ts";
export { getPruneSummary, listDeletions, listKept } from "./read-prune.ts";
export { startPrune } from "./start-prune.ts";
