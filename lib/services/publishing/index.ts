export { previewPublish } from "./preview-publish.ts";
export type * from "./publishing-views.ts";
export { getPublishingState } from "./read-publishing.ts";
export { startPublish } from "./start-publish.ts";
