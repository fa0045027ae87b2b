export type { BlobUpload, ContentSource, ContentTarget, ManifestContent, Traffic } from "./content.ts";
export type { ImagePlan, ImageProbe, MirrorItem, PlannedBlob, PlannedManifest } from "./image-plan.ts";
export { createMirrorSession } from "./create-mirror-session.ts";
export { createInProcessCoordinator } from "./in-process-coordinator.ts";
export { createRegistrySource, createRegistryTarget } from "./registry-content.ts";
export type { MirrorEvent, MirrorEventListener } from "./mirror-event.ts";
export {
  defaultMirrorLimits,
  type CopyOptions,
  type CopyResult,
  type MirrorLimits,
  type MirrorSession,
  type MirrorSessionOptions,
  type MirrorTotals,
} from "./mirror-session.ts";
export type { KnownBlob, TransferCoordinator, TransferKey, TransferLease } from "./transfer-coordinator.ts";
export { parseListItems, type ListedItem, type ListEnds } from "./list-items.ts";
