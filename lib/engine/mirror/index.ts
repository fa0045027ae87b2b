export type { ContentSource, ManifestContent } from "./content.ts";
export { createMirrorSession } from "./create-mirror-session.ts";
export type { ImagePlan, ImageProbe, MirrorItem } from "./image-plan.ts";
export { createInProcessCoordinator } from "./in-process-coordinator.ts";
export type { TransferCoordinator, TransferKey, TransferLease } from "./transfer-coordinator.ts";
export { parseListItems, type ListedItem } from "./list-items.ts";
export type { MirrorEvent } from "./mirror-event.ts";
export { parsePlatform, type ContentScope } from "./content-scope.ts";
export type {
  CopyResult,
  MirrorLimits,
  MirrorSession,
  MirrorSessionOptions,
  Recheck,
} from "./mirror-session.ts";
export { createRegistrySource, createRegistryTarget } from "./registry-content.ts";
