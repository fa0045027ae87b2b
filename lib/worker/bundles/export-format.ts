import "server-only";
import type { ExportImage, ExportLayout } from "#lib/engine/bundle/export-layout.ts";
import type { ImagePlan, ImageProbe } from "#lib/engine/mirror/index.ts";

/** What it means to write an export one way or another. */
export interface ExportFormat {
  /**
   * What the bundle is to hold of an image, and what of that has to be brought.
   *
   * @throws EngineError `image-not-representable`, and what the source fails with
   */
  look(plan: ImagePlan): Promise<{ plan: ImagePlan; probe: ImageProbe }>;
  /** @throws EngineError `volume-too-small`, `image-not-representable`; AppError `release-outdated` */
  layOut(images: readonly ExportImage[]): LaidOutExport | Promise<LaidOutExport>;
}

export interface LaidOutExport {
  layout: ExportLayout;
  /** Whether a folder holds all of it, complete. */
  isClosed(folder: string): Promise<boolean>;
}
