import { postText, RequestError } from "#components/query/get-json.ts";
import type { ErrorView } from "#lib/errors.ts";
import { certificateLimits, type CertificatePreview } from "#lib/schemas/certificates.ts";

/** What a text or file that was given holds, or why it could not be asked. */
export type ReadResult = { ok: true; preview: CertificatePreview } | { ok: false; error: ErrorView };

const patienceMs = 30_000;

/** Has the panel read a text or file, of which it keeps nothing. */
export async function readCertificate(content: Blob): Promise<ReadResult> {
  const limitBytes = certificateLimits.sizeBytes;
  if (content.size > limitBytes)
    return { ok: false, error: { code: "body-too-large", facts: { limitBytes } } };
  try {
    const signal = AbortSignal.timeout(patienceMs);
    return {
      ok: true,
      preview: await postText<CertificatePreview>("/api/certificates/preview", content, signal),
    };
  } catch (error) {
    if (error instanceof RequestError) return { ok: false, error: error.error };
    throw error;
  }
}
