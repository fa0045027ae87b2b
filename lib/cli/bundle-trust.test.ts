import { expect, test } from "vitest";
import type { OpenBundle } from "../engine/bundle/open-bundle.ts";
import { EngineError } from "../engine/oci/errors.ts";
import { assertTrusted } from "./bundle-trust.ts";

const [known, unknown] = ["a".repeat(64), "b".repeat(64)];

/** What is asked of a bundle here; of other formats than Drayage's nothing is known of signatures. */
function bundle(signer?: string | null): OpenBundle {
  const signature = signer ? { fingerprint: signer, publicKeyPem: "" } : signer;
  return { name: "spring", ...(signature !== undefined && { signature }) } as OpenBundle;
}

function refusal(signer: string | null | undefined, trustedKeys: readonly string[]) {
  try {
    assertTrusted(bundle(signer), trustedKeys);
    return null;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { code: error.code, facts: error.facts };
  }
}

test("a bundle that is signed by one of the trusted keys is taken", () => {
  expect(refusal(known, [known])).toBeNull();
  expect(refusal(known, [unknown, known])).toBeNull();
});

test("a signature is never passed over: its key must be trusted, and the error shows it", () => {
  for (const trusted of [[], [known]]) {
    expect(refusal(unknown, trusted)).toMatchObject({
      code: "bundle-key-unknown",
      facts: { bundle: "spring", fingerprint: unknown },
    });
  }
});

test("a bundle without a signature is taken unless keys are named, whatever its format", () => {
  for (const signer of [null, undefined]) {
    expect(refusal(signer, [])).toBeNull();
    expect(refusal(signer, [known])).toMatchObject({ code: "bundle-signature-missing" });
  }
});
