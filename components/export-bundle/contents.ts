import { type JobOptions, usualOptions } from "#components/start-job/job-options.tsx";
import type { Selection } from "#components/start-job/selection.ts";
import { exportFormats, type StartExportInput } from "#lib/schemas/bundles.ts";
import type { ReleaseRow } from "#lib/schemas/releases.ts";
import { type VolumeChoice, volumeBytesOf } from "./volume-choice.ts";

export type ExportFormat = StartExportInput["format"];

/** How the bundle is written, and what of each image goes into it. */
export interface Contents {
  format: ExportFormat;
  volume: VolumeChoice;
  baseBundleId: string | null;
  sign: boolean;
  /** Names of files beside the bundles that travel along. */
  extraFiles: readonly string[];
  options: JobOptions;
  startAtOnce: boolean;
}

export const usualContents: Contents = {
  format: "drayage",
  volume: { kind: "one" },
  baseBundleId: null,
  sign: false,
  extraFiles: [],
  options: usualOptions,
  startAtOnce: false,
};

type Form = Pick<StartExportInput, "format" | "volumeBytes" | "baseBundleId" | "sign" | "extraFiles">;

/**
 * The form of the bundle as an export asks for it: what a format cannot have is left out, though it may have been chosen
 * before the format was. Null while the size of a volume is none.
 */
export function formOf({ format, volume, baseBundleId, sign, extraFiles }: Contents): Form | null {
  if (format !== "drayage")
    return { format, volumeBytes: null, baseBundleId: null, sign: false, extraFiles: [] };
  const volumeBytes = volumeBytesOf(volume);
  return volumeBytes === undefined
    ? null
    : { format, volumeBytes, baseBundleId, sign, extraFiles: [...extraFiles] };
}

/** What the chosen releases can be written as: a bundle of plug-ins is one release of them, whole. */
export function listFormats(
  releases: readonly Pick<ReleaseRow, "id" | "kind">[],
  selection: Selection,
): ExportFormat[] {
  const [only, ...others] = releases.filter(({ id }) => id in selection);
  const isPlugins = only?.kind === "tanzu_plugins" && others.length === 0 && selection[only.id] === "all";
  return exportFormats.filter((format) => format !== "tanzu_plugins" || isPlugins);
}
