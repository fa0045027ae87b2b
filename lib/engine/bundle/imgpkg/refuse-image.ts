import type { ImagePlan } from "../../mirror/image-plan.ts";
import type { EngineError, EngineFacts } from "../../oci/errors.ts";
import { bundleError } from "../bundle-error.ts";

/** Says that imgpkg's format cannot carry an image. @param why `value`: what of it cannot be */
export function refuseImage(
  { item, root }: ImagePlan,
  why: Pick<EngineFacts, "digest" | "platforms"> & { readonly value: string },
  cause?: unknown,
): EngineError {
  const { repository, tag } = item.target;
  const facts = { operation: "write-file", repository, reference: tag ?? root.digest } as const;
  return bundleError("image-not-representable", { ...facts, ...why }, cause);
}
