import { bundleError } from "../engine/bundle/bundle-error.ts";
import type { OpenBundle } from "../engine/bundle/open-bundle.ts";

/**
 * Holds a bundle's signature to the keys that are trusted.
 *
 * @param trustedKeys fingerprints, lower case
 * @throws EngineError `bundle-key-unknown` for a signature by another key; `bundle-signature-missing` when keys are named
 * and nobody has signed
 */
export function assertTrusted({ name, signature }: OpenBundle, trustedKeys: readonly string[]): void {
  if (signature) {
    const { fingerprint } = signature;
    if (!trustedKeys.includes(fingerprint))
      throw bundleError("bundle-key-unknown", { bundle: name, fingerprint });
  } else if (trustedKeys.length > 0) {
    throw bundleError("bundle-signature-missing", { bundle: name });
  }
}
