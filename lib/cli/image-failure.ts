import type { EngineError } from "../engine/oci/errors.ts";
import { describeFailure } from "./describe-failure.ts";

/** An image that could not be copied, as a report names it. */
export interface ImageFailure {
  readonly image: string;
  readonly side: "source" | "target" | null;
  readonly code: string;
  readonly message: string;
}

export function describeImageFailure(image: string, error: EngineError): ImageFailure {
  return { image, side: error.facts.side ?? null, code: error.code, message: describeFailure(error) };
}
