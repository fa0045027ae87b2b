import { digestAlgorithm, digestHex, type Digest } from "../oci/digest.ts";
import { parseTag, type Tag } from "../oci/reference.ts";

/** Of signatures, attestations and SBOMs. https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md */
const suffixes = ["sig", "att", "sbom"] as const;

/** The tags under which cosign keeps what it says about a manifest, in the manifest's own repository. */
export function cosignTags(digest: Digest): readonly Tag[] {
  const name = `${digestAlgorithm(digest)}-${digestHex(digest)}`;
  // A name of sha512 is longer than a tag may be, and cosign makes none of it.
  if (digestAlgorithm(digest) === "sha512") return [];
  return suffixes.map((suffix) => parseTag(`${name}.${suffix}`));
}
