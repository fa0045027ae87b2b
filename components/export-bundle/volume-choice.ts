import { largestVolumeBytes, smallestVolumeBytes, volumePresets } from "#lib/schemas/bundles.ts";

/** How large the files of a bundle may be. */
export type VolumeChoice =
  | { readonly kind: "one" | keyof typeof volumePresets }
  /** In MiB, as it is typed. */
  | { readonly kind: "other"; readonly mebibytes: string };

const mebibyte = 1024 * 1024;

/** @returns bytes; null for one file, however large; undefined for what is no size that a volume may have */
export function volumeBytesOf(choice: VolumeChoice): number | null | undefined {
  if (choice.kind === "one") return null;
  if (choice.kind !== "other") return volumePresets[choice.kind];
  if (!/^\d{1,8}$/.test(choice.mebibytes.trim())) return undefined;
  const bytes = Number(choice.mebibytes) * mebibyte;
  return bytes >= smallestVolumeBytes && bytes <= largestVolumeBytes ? bytes : undefined;
}

/** What the sizes of a volume are bounded by, in MiB. */
export const volumeLimits = {
  minimum: smallestVolumeBytes / mebibyte,
  maximum: largestVolumeBytes / mebibyte,
};
