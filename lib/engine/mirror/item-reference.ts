import type { Digest } from "../oci/digest.ts";
import { EngineError } from "../oci/errors.ts";
import { formatReference, type Tag } from "../oci/reference.ts";
import type { MirrorItem } from "./image-plan.ts";

/** What names the source image: the digest wins. @throws EngineError `reference-invalid` when there is neither */
export function referenceOf({ source }: MirrorItem): Tag | Digest {
  const reference = source.digest ?? source.tag;
  if (reference !== undefined) return reference;
  throw new EngineError("reference-invalid", {
    operation: "parse-reference",
    problem: "tag-or-digest-missing",
    value: formatReference(source),
    retryable: false,
  });
}
