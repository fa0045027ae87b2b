import type { BundleSummary } from "#lib/services/bundles/bundle-views.ts";

type Standing = Pick<BundleSummary, "state" | "check">;

/** Something about it changes by itself. */
export function isMoving({ state, check }: Standing): boolean {
  return check !== null || state === "writing" || state === "uploading";
}

/** Its files are all there, as far as anybody knows. */
export function isWhole({ state }: Pick<Standing, "state">): boolean {
  return state === "unchecked" || state === "sound" || state === "damaged";
}

/** Its files are all there and at rest, so that they can be read. */
export function isCheckable({ state, check }: Standing): boolean {
  return check === null && isWhole({ state });
}

/** Its images are known and nothing is known to be wrong; an import checks the files itself before it writes. */
export function isImportable({ state, imageCount }: Pick<BundleSummary, "state" | "imageCount">): boolean {
  return (state === "sound" || state === "unchecked") && imageCount > 0;
}
