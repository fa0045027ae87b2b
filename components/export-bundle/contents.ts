import { type JobOptions, usualOptions } from "#components/start-job/job-options.tsx";
import type { StartExportInput } from "#lib/schemas/bundles.ts";
import { type VolumeChoice, volumeBytesOf } from "./volume-choice.ts";

/** How the bundle is written, and what of each image goes into it. */
export interface Contents {
  format: StartExportInput["format"];
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
